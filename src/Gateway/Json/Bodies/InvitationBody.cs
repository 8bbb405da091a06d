using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>A call session that is to ring: with the time left to ring, so that a late message cannot ring a dead call.</summary>
internal sealed class InvitationBody(CallSession session, long remainingMs) : SessionBody(session)
{
    /// <summary>How long it may ring from now on, in milliseconds; always more than 0.</summary>
    [JsonPropertyOrder(1)]
    public long RemainingMs => remainingMs;

    /// <summary>The invitation, or null when it is too late to ring.</summary>
    public static InvitationBody? For(CallSession session, DateTimeOffset now)
    {
        var remaining = (long)((session.RingDeadline ?? session.ExpiresAt) - now).TotalMilliseconds;
        return remaining > 0 ? new InvitationBody(session, remaining) : null;
    }
}
