using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Monitor;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static Fayo.Calls.Tests.Unit.Monitor.MonitoredCallsOf;

namespace Fayo.Calls.Tests.Unit.Monitor;

public class CallFeedTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CallFeed _feed;

    public CallFeedTests() => _feed = new CallFeed(North, _clock);

    [Fact]
    public void The_first_collection_tells_where_things_stand_and_the_next_what_happened_since()
    {
        _feed.Enter("a", () => null);
        _feed.Enter("b", () => null);
        _feed.Leave("b");

        var first = _feed.Collect(after: null, CallSample.All);
        Assert.Equal(["a"], first.Resident!);
        Assert.Empty(first.Changes);

        Note("a", version: 2);
        Note("b");
        Note("a", version: 3, CallStatus.Ringing);
        var second = _feed.Collect(first.UpTo, CallSample.All);
        Assert.Null(second.Resident);
        Assert.Equal([("b", 1), ("a", 3)], second.Changes.Select(call => (call.Session.Id, call.Session.Version)));
        Assert.All(second.Changes, call => Assert.Equal((North, null), (call.Silo, call.Session.Metadata)));

        Assert.Empty(_feed.Collect(second.UpTo, CallSample.All).Changes);
        // Another viewer's silo goes at its own pace.
        Assert.Equal(2, _feed.Collect(first.UpTo, CallSample.All).Changes.Count);
    }

    [Fact]
    public void Deliveries_are_told_before_they_are_on_record_and_never_in_the_place_of_what_came_after()
    {
        var after = _feed.Collect(after: null, CallSample.All).UpTo;
        var state = State("a") with
        {
            Details = new CallDetails
            {
                Devices =
                [
                    new CallDevice("alice", null, false, true),
                    new CallDevice("bob", "phone", Rings: true, HasToken: false),
                ],
            },
        };

        _feed.Record(state, [new Receipt("phone", _clock.GetUtcNow()), new Receipt("tablet", _clock.GetUtcNow())]);

        Assert.Equal(
            [new("phone", MonitoredDeviceState.Ringing), new("tablet", MonitoredDeviceState.Delivered)],
            Assert.Single(_feed.Collect(after, CallSample.All).Changes).Devices);
    }

    [Fact]
    public void Nothing_is_kept_while_nobody_watches_and_whoever_comes_back_learns_that_something_was_missed()
    {
        Note("a");
        var first = _feed.Collect(after: null, CallSample.All);
        Assert.Empty(_feed.Collect(first.UpTo, CallSample.All).Changes);

        _clock.Advance(CallFeed.WatchedFor);
        Assert.NotNull(_feed.Collect(first.UpTo, CallSample.All).Resident);

        var again = _feed.Collect(after: null, CallSample.All);
        _clock.Advance(CallFeed.WatchedFor);
        Note("a", version: 2);
        Assert.NotNull(_feed.Collect(again.UpTo, CallSample.All).Resident);
    }

    [Fact]
    public void Too_many_changes_at_once_are_not_all_kept_and_that_is_told()
    {
        var first = _feed.Collect(after: null, CallSample.All);
        for (var i = 0; i < CallFeed.MaxChanges; i++)
        {
            Note("a", version: i + 1);
        }

        Assert.Equal(CallFeed.MaxChanges, Assert.Single(_feed.Collect(first.UpTo, CallSample.All).Changes).Session.Version);
        Note("a", version: CallFeed.MaxChanges + 1);
        Assert.NotNull(_feed.Collect(first.UpTo, CallSample.All).Resident);
        Assert.Null(_feed.Collect(first.UpTo + 1, CallSample.All).Resident);
    }

    [Fact]
    public void A_place_that_this_silo_never_gave_out_is_one_from_which_something_was_missed()
    {
        _feed.Collect(after: null, CallSample.All);

        Assert.NotNull(_feed.Collect(after: 1000, CallSample.All).Resident);
        Assert.NotNull(_feed.Collect(after: -1000, CallSample.All).Resident);
    }

    private void Note(string id, int version = 1, CallStatus status = CallStatus.Pending) => _feed.Record(State(id, version, status), []);
}
