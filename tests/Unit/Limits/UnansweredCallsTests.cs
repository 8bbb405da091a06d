using Fayo.Calls.Grains.Calls.Admission;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Limits;

public sealed class UnansweredCallsTests
{
    private const string Caller = "alice";

    private static readonly CallAdmission Limits =
        new(new CallQuota(MaxOpen: 0, MaxRinging: 0, MaxPerMinute: 0, MaxPerMinuteToUser: 0), MaxCancelled: 3, TimeSpan.FromMinutes(2));

    private readonly FakeTimeProvider _time = new();
    private readonly UnansweredCalls _calls;

    public UnansweredCallsTests()
    {
        _calls = new UnansweredCalls(new OneSilo(), _time);
    }

    [Fact]
    public void The_recent_calls_are_read_once_there_are_as_many_as_the_smallest_limit()
    {
        Assert.Equal([false, false, false, true], Enumerable.Range(0, 4).Select(_ => Begin()));

        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(Begin());
    }

    [Fact]
    public void A_call_that_was_answered_does_not_count()
    {
        var answered = _time.GetUtcNow();
        Assert.Equal([false, false, false], Enumerable.Range(0, 3).Select(_ => Begin()));

        _calls.NoteAnswered(Caller, answered);

        Assert.False(Begin());
        Assert.True(Begin());
    }

    [Fact]
    public void An_old_call_that_is_answered_now_hides_no_recent_one()
    {
        var old = _time.GetUtcNow();
        Begin();
        _time.Advance(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 3; i++)
        {
            Begin();
            _calls.NoteAnswered(Caller, old);
        }

        Assert.True(Begin());
    }

    private bool Begin()
    {
        var mayReachLimit = _calls.Begin(Caller, _time.GetUtcNow(), Limits);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return mayReachLimit;
    }

    /// <summary>A cluster of one silo.</summary>
    private sealed class OneSilo : ISiloStatusOracle
    {
        public SiloStatus CurrentStatus => SiloStatus.Active;

        public string SiloName => "one";

        public SiloAddress SiloAddress => SiloAddress.Zero;

        public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => SiloStatus.Active;

        public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) =>
            new() { [SiloAddress] = SiloStatus.Active };

        public SiloAddress[] GetActiveSilos() => [SiloAddress];

        public bool TryGetSiloName(SiloAddress siloAddress, out string siloName)
        {
            siloName = SiloName;
            return true;
        }

        public bool IsFunctionalDirectory(SiloAddress siloAddress) => true;

        public bool IsDeadSilo(SiloAddress silo) => false;

        public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer) => true;

        public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) => true;
    }
}
