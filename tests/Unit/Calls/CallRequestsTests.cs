using Fayo.Calls.Gateway.Calls;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls;

/// <summary>Which failures of the cluster a request survives.</summary>
public class CallRequestsTests
{
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };

    [Fact]
    public async Task A_request_is_asked_again_while_silos_come_and_go()
    {
        Assert.Equal((4, 3), await AskAsync(
            new SiloUnavailableException(), new OrleansException("The grain could not be registered."), new SiloUnavailableException()));
    }

    [Fact]
    public async Task It_is_given_up_when_that_does_not_end() =>
        await Assert.ThrowsAsync<SiloUnavailableException>(
            () => AskAsync([.. Enumerable.Repeat(new SiloUnavailableException(), 4)]));

    [Fact]
    public async Task A_database_that_cannot_do_it_and_a_silo_that_does_not_answer_are_told_at_once()
    {
        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => AskAsync(new CallStoreUnavailableException("Gone.")));
        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(new TimeoutException()));
    }

    /// <summary>Asks something that fails like this one time after another, and then answers.</summary>
    /// <returns>How often it was asked, and the answer.</returns>
    private async Task<(int Asked, int Answer)> AskAsync(params Exception[] failures)
    {
        var asked = 0;
        var answer = CallRequests.RepeatAsync(
            failures,
            failures => asked++ < failures.Length ? Task.FromException<int>(failures[asked - 1]) : Task.FromResult(failures.Length),
            _time);
        while (!answer.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return (asked, await answer);
    }
}
