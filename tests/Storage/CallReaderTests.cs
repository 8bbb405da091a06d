using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class CallReaderTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private const string Ann = "ann";
    private const string Ben = "ben";

    private readonly FakeTimeProvider _time = new(Calls.Noon);
    private Silo _silo = null!;

    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("TRUNCATE call_sessions, call_events");
        _silo = new Silo(database.Settings, _time);
    }

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task A_users_open_calls_are_those_of_either_side_newest_first()
    {
        var first = await WriteAsync(Calls.New(initiator: Ann, recipient: Ben, at: Calls.Noon.AddMinutes(-3)));
        var second = await WriteAsync(Calls.New(initiator: "somebody", recipient: Ann, at: Calls.Noon.AddMinutes(-2)));
        var third = await WriteAsync(Calls.New(initiator: Ann, recipient: null, at: Calls.Noon.AddMinutes(-1)));
        var toHerself = await WriteAsync(Calls.New(initiator: Ann, recipient: Ann));
        await WriteAsync(Calls.New(initiator: "somebody", recipient: "somebody else"));

        Assert.Equal([toHerself, third, second, first], await _silo.Reader.ListOpenAsync(Ann, CancellationToken.None));
        Assert.Equal([first], await _silo.Reader.ListOpenAsync(Ben, CancellationToken.None));
    }

    [Fact]
    public async Task Ended_and_expired_calls_are_not_open()
    {
        var state = Calls.New(initiator: Ann, at: Calls.Noon.AddMinutes(-59));
        var call = new StoredCall(state.Session.Id);
        await _silo.WriteAsync(call, state);
        await WriteAsync(Calls.Ended(Calls.New(initiator: Ann)));

        Assert.Equal([state.Session], await _silo.Reader.ListOpenAsync(Ann, CancellationToken.None));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await _silo.Reader.ListOpenAsync(Ann, CancellationToken.None));
    }

    [Fact]
    public async Task No_more_than_a_hundred_open_calls_are_listed_the_newest()
    {
        CallState[] states =
        [
            .. Enumerable.Range(0, 130).Select(i => Calls.New(
                initiator: i % 2 == 0 ? Ann : Ben, recipient: i % 2 == 0 ? Ben : Ann, at: Calls.Noon.AddSeconds(-i))),
        ];
        await Task.WhenAll(states.Select(WriteAsync));

        Assert.Equal(states[..100].Select(state => state.Session), await _silo.Reader.ListOpenAsync(Ann, CancellationToken.None));
    }

    [Fact]
    public async Task Pages_joined_are_the_whole_list_whatever_their_size()
    {
        // Several of the same time, so that the id has to decide.
        CallState[] states =
        [
            .. Enumerable.Range(0, 60).Select(i => Calls.New(
                initiator: i % 3 == 0 ? Ann : Ben, recipient: i % 3 == 0 ? Ben : Ann, at: Calls.Noon.AddSeconds(i / 7))),
        ];
        await Task.WhenAll(states.Select(WriteAsync));
        var expected = states.Select(state => state.Session)
            .OrderByDescending(call => call.CreatedAt)
            .ThenByDescending(call => call.Id, StringComparer.Ordinal);

        foreach (var limit in new[] { 1, 7, 59, 60, 61, 200 })
        {
            Assert.Equal(expected, await ReadPagesAsync(new CallQuery { UserId = Ann, Limit = limit }, () => Task.CompletedTask));
        }
    }

    [Fact]
    public async Task The_last_page_says_that_it_is_the_last_also_when_it_is_full()
    {
        await WriteAsync(Calls.New(initiator: Ann));
        await WriteAsync(Calls.New(initiator: Ann));

        var page = await _silo.Reader.ListAsync(new CallQuery { UserId = Ann, Limit = 2 }, CancellationToken.None);

        Assert.Equal(2, page.Items.Count);
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task Calls_that_come_while_somebody_pages_neither_hide_nor_repeat_others()
    {
        CallState[] states = [.. Enumerable.Range(0, 40).Select(i => Calls.New(initiator: Ann, at: Calls.Noon.AddSeconds(i)))];
        await Task.WhenAll(states.Select(WriteAsync));
        var late = 0;

        var read = await ReadPagesAsync(
            new CallQuery { UserId = Ann, Limit = 6 }, () => WriteAsync(Calls.New(initiator: Ann, at: Calls.Noon.AddMinutes(10 + late++))));

        Assert.Equal(states.Select(state => state.Session.Id).Reverse(), read.Select(call => call.Id));
        Assert.True(late > 5);
    }

    [Fact]
    public async Task Every_condition_narrows_the_list_and_conditions_add_up()
    {
        var states = new List<CallState>();
        for (var i = 0; i < 48; i++)
        {
            var state = Calls.New(initiator: i % 2 == 0 ? Ann : Ben, recipient: i % 4 < 2 ? "carl" : Ann, at: Calls.Noon.AddMinutes(i));
            var status = (CallStatus)(i % 6);
            DateTimeOffset? endedAt = status.IsOpen ? null : Calls.Noon.AddHours(1);
            states.Add(state with { Session = state.Session with { Status = status, EndedAt = endedAt } });
        }

        await Task.WhenAll(states.Select(WriteAsync));
        foreach (var user in new[] { null, Ann, Ben, "nobody" })
        {
            foreach (var status in new CallStatus?[] { null, CallStatus.Pending, CallStatus.Completed })
            {
                foreach (var (from, to) in new (int? From, int? To)[] { (null, null), (10, null), (null, 30), (10, 30), (30, 10) })
                {
                    var query = new CallQuery
                    {
                        UserId = user,
                        Status = status,
                        From = from is null ? null : Calls.Noon.AddMinutes(from.Value),
                        To = to is null ? null : Calls.Noon.AddMinutes(to.Value),
                        Limit = 5,
                    };
                    var expected = states.Select(state => state.Session)
                        .Where(call => (user is null || call.HasParticipant(user)) && (status is null || call.Status == status)
                            && (query.From is null || call.CreatedAt >= query.From) && (query.To is null || call.CreatedAt < query.To))
                        .OrderByDescending(call => call.CreatedAt);

                    Assert.Equal(expected, await ReadPagesAsync(query, () => Task.CompletedTask));
                }
            }
        }
    }

    [Fact]
    public async Task Staff_list_calls_of_everybody_newest_first()
    {
        await WriteAsync(Calls.New(initiator: Ann, recipient: "carl"));
        var newest = await WriteAsync(Calls.New(initiator: Ann, at: Calls.Noon.AddHours(2)));
        var second = await WriteAsync(Calls.New(initiator: Ben, recipient: "carl", at: Calls.Noon.AddHours(1)));

        var page = await _silo.Reader.ListAsync(new CallQuery { Limit = 2 }, CancellationToken.None);

        Assert.Equal([newest, second], page.Items);
        Assert.Equal(new CallCursor(second.CreatedAt, second.Id), page.Next);
    }

    [Fact]
    public async Task A_call_that_is_not_there_has_no_timeline() =>
        Assert.Null(await _silo.Reader.ReadTimelineAsync(CallIds.New(Calls.Noon), CancellationToken.None));

    [Fact]
    public async Task A_timeline_read_while_the_call_changes_ends_with_the_version_of_the_call()
    {
        var state = Calls.New(initiator: Ann);
        var call = new StoredCall(state.Session.Id);
        await _silo.WriteAsync(call, state, Calls.Opening(state));
        var writing = Task.Run(async () =>
        {
            for (var version = 3; version < 300; version++)
            {
                await _silo.WriteAsync(call, Calls.Next(call.State!), Calls.Note(version));
            }
        });

        do
        {
            var timeline = await _silo.Reader.ReadTimelineAsync(state.Session.Id, CancellationToken.None);
            Assert.Equal(Enumerable.Range(1, timeline!.Session.Version), timeline.Entries.Select(entry => entry.Version));
        }
        while (!writing.IsCompleted);
        await writing;
    }

    private async Task<CallSession> WriteAsync(CallState state)
    {
        await _silo.WriteAsync(new StoredCall(state.Session.Id), state);
        return state.Session;
    }

    private async Task<IReadOnlyList<CallSession>> ReadPagesAsync(CallQuery query, Func<Task> afterEach)
    {
        var read = new List<CallSession>();
        do
        {
            var page = await _silo.Reader.ListAsync(query, CancellationToken.None);
            Assert.True(page.Items.Count <= query.Limit);
            read.AddRange(page.Items);
            query = query with { After = page.Next };
            await afterEach();
        }
        while (query.After is not null);
        return read;
    }
}
