using Fayo.Calls.Gateway.Monitor;
using Xunit;
using static Fayo.Calls.Tests.Unit.Monitor.MonitoredCallsOf;

namespace Fayo.Calls.Tests.Unit.Monitor;

public class OpenCallsTests
{
    private static readonly Dictionary<string, SiloAddress> Nowhere = [];
    private readonly OpenCalls _calls = new();

    [Fact]
    public void Each_change_is_told_once_as_the_call_is_now_and_what_is_old_or_known_is_no_change()
    {
        _calls.Apply(Call("a", 1));
        _calls.Apply(Call("a", 2, CallStatus.Ringing));
        _calls.Apply(Call("b", 1));
        Assert.Equal([("a", 2), ("b", 1)], Take());
        Assert.Empty(Take());

        _calls.Apply(Call("a", 1));
        _calls.Apply(Call("b", 1));
        Assert.Empty(Take());
        Assert.Equal(["a", "b"], _calls.All.Select(call => call.Session.Id));
    }

    [Fact]
    public void A_call_that_has_ended_is_told_and_forgotten()
    {
        _calls.Apply(Call("a", 1));
        _calls.Apply(Call("a", 3, CallStatus.Cancelled));

        Assert.Equal([("a", 3)], Take());
        Assert.Empty(_calls.All);
    }

    [Fact]
    public void A_call_that_has_ended_stays_so_whatever_another_silo_tells_of_it_later()
    {
        _calls.Apply(Call("a", 3, CallStatus.Cancelled, South));
        Take();

        _calls.Apply(Call("a", 2, CallStatus.Ringing, North));
        _calls.Apply(Call("a", 3, CallStatus.Cancelled, North));

        Assert.Empty(Take());
        Assert.Empty(_calls.All);
    }

    [Fact]
    public void The_rows_correct_what_was_heard_and_name_the_calls_that_must_have_ended()
    {
        _calls.Apply(Call("a", 5, silo: North));
        _calls.Apply(Call("b", 1, silo: North));
        _calls.Apply(Call("gone", 1));
        Take();

        var ended = _calls.Reconcile([Call("a", 4), Call("b", 2), Call("new", 1)], new Dictionary<string, SiloAddress> { ["new"] = South });

        Assert.Equal(["gone"], ended);
        Assert.Equal([("b", 2), ("new", 1)], Take());
        Assert.Equal(
            [("a", 5, North), ("b", 2, North), ("gone", 1, null), ("new", 1, South)],
            _calls.All.Select(call => (call.Session.Id, call.Session.Version, call.Silo)));

        _calls.Remove(ended);
        Assert.Equal(3, _calls.All.Count);
        Assert.Empty(_calls.Reconcile([Call("a", 5), Call("b", 2), Call("new", 1)], Nowhere));
        Assert.Empty(Take());
    }

    [Fact]
    public void A_silo_that_is_lost_has_no_calls_until_somebody_says_where_they_are()
    {
        _calls.Apply(Call("a", 1, silo: North));
        _calls.Apply(Call("b", 1, silo: South));
        Take();

        _calls.ForgetSilosExcept(new HashSet<SiloAddress> { South });
        Assert.Null(_calls.TakeChanges().Single().Silo);
        _calls.ForgetSilosExcept(new HashSet<SiloAddress> { South });
        Assert.Empty(Take());

        _calls.Apply(Call("a", 1, silo: South));
        Assert.Equal(South, _calls.TakeChanges().Single().Silo);
    }

    private List<(string Id, int Version)> Take() => [.. _calls.TakeChanges().Select(call => (call.Session.Id, call.Session.Version))];
}
