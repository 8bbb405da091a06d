using System.Text.Json;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>A call session as clients see it. Values that are not set are null, never absent.</summary>
/// <param name="session">The call session.</param>
internal class SessionBody(CallSession session) : IJsonBody
{
    public string Id => session.Id;

    public string ChannelName => session.ChannelName;

    public CallType CallType => WireNames.Known(session.CallType);

    public string InitiatorId => session.InitiatorId;

    public string? InitiatorName => session.InitiatorName;

    public string? InitiatorRole => session.InitiatorRole;

    public string? RecipientId => session.RecipientId;

    public CallStatus Status => WireNames.Known(session.Status);

    public DateTimeOffset ExpiresAt => session.ExpiresAt;

    public DateTimeOffset? StartedAt => session.StartedAt;

    public DateTimeOffset? EndedAt => session.EndedAt;

    public RawJson? Metadata => session.Metadata is { } json ? new RawJson(json) : null;

    public DateTimeOffset CreatedAt => session.CreatedAt;

    public DateTimeOffset UpdatedAt => session.UpdatedAt;

    public int Version => session.Version;

    public DateTimeOffset? RingDeadline => session.RingDeadline;

    public DateTimeOffset? AnsweredAt => session.AnsweredAt;

    public EndReason? EndReason => session.EndReason is { } reason ? WireNames.Known(reason) : null;

    public string? EndedBy => session.EndedBy;

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        CallSessionJson.WriteFields(json, session);
        WriteMore(json);
        json.WriteEndObject();
    }

    /// <summary>Writes the fields that come after those of every session.</summary>
    protected virtual void WriteMore(Utf8JsonWriter json)
    {
    }

    /// <summary>The bodies of several call sessions.</summary>
    public static SessionBody[] Of(IReadOnlyList<CallSession> sessions)
    {
        var bodies = new SessionBody[sessions.Count];
        for (var i = 0; i < bodies.Length; i++)
        {
            bodies[i] = new SessionBody(sessions[i]);
        }

        return bodies;
    }
}
