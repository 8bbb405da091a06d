using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>
/// An invitation: a call session with the time that is left to ring, so that a message that arrives late rings for no longer.
/// </summary>
internal sealed class InvitationBody(CallSession session, long remainingMs) : SessionBody(session)
{
    /// <summary>How long the call may ring from now on, in milliseconds; more than 0.</summary>
    [JsonPropertyOrder(1)]
    public long RemainingMs => remainingMs;

    /// <summary>The invitation to a call; null when it is too late to ring.</summary>
    public static InvitationBody? For(CallSession session, DateTimeOffset now)
    {
        var remaining = (long)((session.RingDeadline ?? session.ExpiresAt) - now).TotalMilliseconds;
        return remaining > 0 ? new InvitationBody(session, remaining) : null;
    }

    protected override void WriteMore(Utf8JsonWriter json) => json.WriteNumber("remainingMs", remainingMs);
}
