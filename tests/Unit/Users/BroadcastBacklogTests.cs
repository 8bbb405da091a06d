using System.Collections.Concurrent;
using System.Net;
using Fayo.Calls.Grains.Users;
using Fayo.Calls.Tests.Unit.Monitor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Users;

public class BroadcastBacklogTests
{
    private const string Last = "last";

    private static readonly SiloAddress Silo = SiloAddress.New(IPAddress.Loopback, 11111, 1);

    private readonly FakeTimeProvider _clock = new();
    private readonly ConcurrentQueue<string> _tried = new();
    private readonly TaskCompletionSource _lastTaken = new();
    private readonly TaskCompletionSource<Exception> _gone = new();
    private readonly BroadcastBacklog _backlog;
    private Exception? _failure = new TimeoutException();

    public BroadcastBacklogTests() => _backlog = new BroadcastBacklog(DeliverAsync, (_, _, e) => _gone.SetResult(e), _clock);

    [Fact]
    public async Task A_silo_that_does_not_answer_is_tried_with_one_message_at_a_time_and_gets_all_that_wait_when_it_does()
    {
        Assert.False(TryAppend("nobody waits"));
        Add("first");
        Assert.True(TryAppend("second"));
        Add(Last);
        await AdvanceUntil(() => _tried.Count >= 3);
        Assert.All(_tried, user => Assert.Equal("first", user));

        _tried.Clear();
        _failure = null;
        await AdvanceUntil(() => _lastTaken.Task.IsCompleted);

        Assert.Equal(["first", "second", Last], _tried);
        await AdvanceUntil(() => !TryAppend("nobody waits"));
    }

    [Fact]
    public async Task Only_so_many_messages_wait_and_the_newest_are_among_them()
    {
        Add("first");
        for (var i = 0; i < BroadcastBacklog.MaxWaiting; i++)
        {
            Assert.True(TryAppend($"user {i}"));
        }

        Assert.True(TryAppend(Last));
        _failure = null;
        await AdvanceUntil(() => _lastTaken.Task.IsCompleted);

        Assert.Equal((BroadcastBacklog.MaxWaiting, "user 1"), (_tried.Count, _tried.First()));
    }

    [Fact]
    public async Task A_silo_that_does_not_answer_for_a_minute_is_given_up_with_all_that_waits_for_it()
    {
        Add("first");
        Assert.True(TryAppend("second"));

        await AdvanceUntil(() => _gone.Task.IsCompleted);

        Assert.InRange(_tried.Count, 2, 62);
        Assert.False(TryAppend("nobody waits"));
    }

    private Task DeliverAsync(SiloAddress silo, string userId, UserMessage message)
    {
        _tried.Enqueue(userId);
        if (_failure is { } failure)
        {
            throw failure;
        }

        if (userId == Last)
        {
            _lastTaken.SetResult();
        }

        return Task.CompletedTask;
    }

    private static UserMessage Message => new(UserMessageKind.Status, MonitoredCallsOf.State("call").Session);

    private void Add(string userId) => _backlog.Add(Silo, userId, Message);

    private bool TryAppend(string userId) => _backlog.TryAppend(Silo, userId, Message);

    /// <summary>Lets time go by, second after second, until something is the case.</summary>
    private async Task AdvanceUntil(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 10_000, "It does not come to that.");
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
