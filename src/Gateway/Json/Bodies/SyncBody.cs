namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>Everything that is open for a user.</summary>
internal sealed record SyncBody(DateTimeOffset ServerTime, IReadOnlyList<InvitationBody> Invitations, IReadOnlyList<SessionBody> Calls)
{
    /// <summary>Divides a user's open calls into those that are ringing for this user, and the others.</summary>
    public static SyncBody For(string userId, IReadOnlyList<CallSession> open, DateTimeOffset now)
    {
        var invitations = new List<InvitationBody>();
        var calls = new List<SessionBody>();
        foreach (var session in open)
        {
            if (IsRinging(session, userId) && InvitationBody.For(session, now) is { } invitation)
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

    /// <summary>True for a call that is waiting for this user's answer.</summary>
    public static bool IsRinging(CallSession session, string userId) => session.Rings && session.RecipientId == userId;
}
