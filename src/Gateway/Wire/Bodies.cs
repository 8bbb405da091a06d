using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Wire;

/// <summary>A call session as clients see it. Unset values are null, never absent.</summary>
internal class SessionBody(CallSession session)
{
    public string Id => session.Id;

    public string ChannelName => session.ChannelName;

    public CallType CallType => session.CallType;

    public string InitiatorId => session.InitiatorId;

    public string? RecipientId => session.RecipientId;

    public CallStatus Status => session.Status;

    public DateTimeOffset ExpiresAt => session.ExpiresAt;

    public DateTimeOffset? StartedAt => session.StartedAt;

    public DateTimeOffset? EndedAt => session.EndedAt;

    public RawJson? Metadata => session.Metadata is { } json ? new RawJson(json) : null;

    public DateTimeOffset CreatedAt => session.CreatedAt;

    public DateTimeOffset UpdatedAt => session.UpdatedAt;

    public int Version => session.Version;

    public DateTimeOffset? RingDeadline => session.RingDeadline;

    public DateTimeOffset? AnsweredAt => session.AnsweredAt;

    public EndReason? EndReason => session.EndReason;

    public string? EndedBy => session.EndedBy;
}

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

/// <summary>What a device needs to enter the media channel.</summary>
internal sealed class CredentialBody(Credential credential)
{
    public MediaProvider Provider => credential.Provider;

    public string? AppId => credential.AppId;

    public string? Token => credential.Token;

    public string ChannelName => credential.ChannelName;

    public string RtcUserId => credential.RtcUserId;

    public CredentialRole Role => credential.Role;

    public int ExpiresIn => credential.ExpiresIn;

    public DateTimeOffset ExpiresAt => credential.ExpiresAt;

    public IReadOnlyList<IceServerBody>? IceServers =>
        credential.IceServers?.Select(server => new IceServerBody(server.Urls, server.Username, server.Credential)).ToArray();
}

/// <summary>A STUN or TURN server, in the form that browsers take: for them null would be a user by the name of null.</summary>
internal sealed record IceServerBody(
    IReadOnlyList<string> Urls,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Username,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Credential);

/// <summary>Something was done to a call.</summary>
internal sealed record CallBody(string Message, SessionBody Session);

/// <summary>A token was issued.</summary>
internal sealed record CredentialAnswerBody(string Message, SessionBody Session, CredentialBody Credential);

/// <summary>A page of calls.</summary>
internal sealed record CallPageBody(IReadOnlyList<SessionBody> Items, string? NextCursor);

/// <summary>An entry of a call's timeline.</summary>
internal sealed record TimelineEntryBody(
    int Version, DateTimeOffset At, TimelineKind Kind, string? By, string? Device, CallStatus Status, string? Detail);

/// <summary>A problem document (RFC 9457). <c>message</c> repeats <c>detail</c>, for the clients of old.</summary>
internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SessionBody? Session = null);

/// <summary>How the service is.</summary>
internal sealed record HealthBody(string Status);

/// <summary>What a connection is greeted with.</summary>
internal sealed record ConnectedBody(string Message, string UserId, string ConnectionId, DateTimeOffset ServerTime);

/// <summary>This connection is told of every change of a call.</summary>
internal sealed record CallJoinedBody(string SessionId);

/// <summary>What the other participant's browser says.</summary>
internal sealed record SignalBody(string SessionId, string From, string Device, RawJson Payload);

/// <summary>How many connections took a signal.</summary>
internal sealed record SignalDeliveredBody(int Delivered);

/// <summary>Everything that is open for a user.</summary>
internal sealed record SyncBody(DateTimeOffset ServerTime, IReadOnlyList<InvitationBody> Invitations, IReadOnlyList<SessionBody> Calls)
{
    /// <summary>Divides a user's open calls into those that ring this user and the others.</summary>
    public static SyncBody For(string userId, IReadOnlyList<CallSession> open, DateTimeOffset now)
    {
        var invitations = new List<InvitationBody>();
        var calls = new List<SessionBody>();
        foreach (var session in open)
        {
            if (Rings(session, userId) && InvitationBody.For(session, now) is { } invitation)
            {
                invitations.Add(invitation);
            }
            else
            {
                calls.Add(new SessionBody(session));
            }
        }

        return new SyncBody(now, invitations, calls);
    }

    /// <summary>True for a call that waits for this user's answer.</summary>
    public static bool Rings(CallSession session, string userId) => session.Rings && session.RecipientId == userId;
}
