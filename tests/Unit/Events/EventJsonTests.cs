using System.Text.Json;
using Fayo.Calls.Events.Brokers;
using Fayo.Calls.Gateway.Events;
using Fayo.Calls.Gateway.Json.Bodies;
using Xunit;
using static Fayo.Calls.Tests.Unit.SampleSessions;

namespace Fayo.Calls.Tests.Unit.Events;

/// <summary>Other systems get a call in the form in which clients get it.</summary>
public sealed class EventJsonTests
{
    [Fact]
    public void A_session_is_written_exactly_as_for_clients()
    {
        foreach (var session in new[] { Bare, Full, Bare })
        {
            Assert.Equal(
                JsonSerializer.Serialize(new SessionBody(session), GatewayJson.Instance.SessionBody), CallSessionJson.Write(session));
        }
    }

    [Theory]
    [InlineData("created", "CALL_SESSION_CREATED")]
    [InlineData("ringing", "CALL_SESSION_RINGING")]
    [InlineData("active", "CALL_SESSION_STATUS_CHANGED")]
    [InlineData("ended", "CALL_SESSION_STATUS_CHANGED")]
    [InlineData("what a newer release writes", "CALL_SESSION_STATUS_CHANGED")]
    public void Brokers_get_the_events_of_FAYO_around_the_session(string kind, string name)
    {
        var sent = new OutboxEvent("call_1", 3, kind, Noon, CallSessionJson.Write(Full), 0, FirstTriedAt: null, Noon);

        using var kafka = JsonDocument.Parse(FayoEvents.WriteKafka(sent));
        Assert.Equal(["event", "timestamp", "payload"], kafka.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(name, kafka.RootElement.GetProperty("event").GetString());
        Assert.Equal("2026-03-01T12:00:00.120Z", kafka.RootElement.GetProperty("timestamp").GetString());
        Assert.Equal(sent.Session, kafka.RootElement.GetProperty("payload").GetRawText());

        using var rabbit = JsonDocument.Parse(FayoEvents.WriteRabbitMq(sent));
        Assert.Equal("2026-03-01T12:00:00.120Z", rabbit.RootElement.GetProperty("timestamp").GetString());
        Assert.Equal("hangup", rabbit.RootElement.GetProperty("endReason").GetString());
    }

    [Fact]
    public void Ids_of_events_are_read_as_they_are_written()
    {
        var id = EventIds.Format("call_0199_x", 12);

        Assert.Equal("evt_call_0199_x_12", id);
        Assert.True(EventIds.TryParse(id, out var callId, out var version));
        Assert.Equal(("call_0199_x", 12), (callId, version));
        string?[] others = [null, "", "evt_", "evt_1", "call_1_1", "evt_call_1_", "evt_call_1_0", "evt_call_1_-1", "evt_call_1_9999999999"];
        Assert.All(others, other => Assert.False(EventIds.TryParse(other, out _, out _)));
    }

    [Fact]
    public void Cursors_are_read_as_they_are_written_and_nothing_else_is()
    {
        var cursor = new ParkedEventCursor(Noon, "call_1", 3, "webhook:example.org/x:12345678");

        Assert.True(EventCursor.TryParse(EventCursor.Format(cursor), out var read));
        Assert.Equal(cursor, read);
        string[] others = ["", "x", "AAAA", new('A', 5000), EventCursor.Format(cursor with { CallId = "no id" })];
        Assert.All(others, other => Assert.False(EventCursor.TryParse(other, out _)));
    }
}
