using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Tests.Unit.Monitor;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls;

/// <summary>What of a timeline its readers see.</summary>
public class TimelineBodyTests
{
    private static readonly CallSession Session = MonitoredCallsOf.State("call").Session with { InitiatorId = "ann", RecipientId = "ben" };

    [Fact]
    public void Devices_of_the_other_side_are_for_staff()
    {
        var rings = Entry(TimelineKind.Ringing, "ben", "kitchen tablet");

        Assert.Null(TimelineEntryBody.Of(rings, Session, new Caller("ann", "PATIENT")).Device);
        Assert.Equal("kitchen tablet", TimelineEntryBody.Of(rings, Session, new Caller("ben", "PATIENT")).Device);
        Assert.Equal("kitchen tablet", TimelineEntryBody.Of(rings, Session, new Caller("eve", "ADMIN")).Device);
    }

    [Fact]
    public void Who_watches_a_call_and_remarks_on_it_is_for_staff_but_who_ended_it_is_for_all()
    {
        var watches = Entry(TimelineKind.Note, "root", detail: "watches");
        var patient = new Caller("ben", "PATIENT");

        var seen = TimelineEntryBody.Of(watches, Session, patient);
        Assert.Equal((watches.Version, null, null), (seen.Version, seen.By, seen.Detail));
        Assert.Equal("watches", TimelineEntryBody.Of(watches, Session, new Caller("eve", "ADMIN")).Detail);
        var ended = TimelineEntryBody.Of(Entry(TimelineKind.Ended, "root", detail: "admin_ended"), Session, patient);
        Assert.Equal(("root", "admin_ended"), (ended.By, ended.Detail));
        Assert.Equal("bad line", TimelineEntryBody.Of(Entry(TimelineKind.Note, "ann", detail: "bad line"), Session, patient).Detail);
    }

    private static TimelineEntry Entry(TimelineKind kind, string by, string? device = null, string? detail = null) =>
        new(3, DateTimeOffset.UnixEpoch, kind, by, device, CallStatus.Ringing, detail);
}
