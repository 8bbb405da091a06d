namespace Fayo.Calls.Grains.Calls;

/// <summary>What a write of a call does with claims. It is made only if none of those that it takes or minds is another call's.</summary>
/// <param name="Taken">The call's own from this write on.</param>
/// <param name="Minded">Must not be another call's, and does not become this one's either.</param>
/// <param name="Released">Free from this write on.</param>
public sealed record CallClaims(IReadOnlyList<CallClaim> Taken, IReadOnlyList<CallClaim> Minded, IReadOnlyList<CallClaim> Released)
{
    /// <summary>None at all.</summary>
    public static readonly CallClaims None = new([], [], []);

    /// <summary>What a call in this state has to itself, beside the keys of requests; an ended one has nothing.</summary>
    public static IReadOnlyList<CallClaim> HeldBy(CallState? state)
    {
        if (state is not { Session: { Status.IsOpen: true } session })
        {
            return [];
        }

        List<CallClaim> held = [];
        if (session.RecipientId is { } recipient)
        {
            if (session.AnsweredAt is null)
            {
                held.Add(CallClaim.OfPair(session.InitiatorId, recipient));
            }
            else if (session.Status == CallStatus.Active)
            {
                held.Add(CallClaim.OfUser(session.InitiatorId));
                held.Add(CallClaim.OfUser(recipient));
            }
        }

        return held;
    }
}
