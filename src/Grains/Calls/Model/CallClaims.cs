namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>What a write of a call does with claims. It is made only if no other call holds a claim that it takes or requires.</summary>
/// <param name="Taken">The call holds these from this write on.</param>
/// <param name="Required">No other call may hold these, but this call does not take them.</param>
/// <param name="Released">Free from this write on.</param>
public sealed record CallClaims(IReadOnlyList<CallClaim> Taken, IReadOnlyList<CallClaim> Required, IReadOnlyList<CallClaim> Released)
{
    /// <summary>The call holds these for a while after this write, which ends it.</summary>
    public IReadOnlyList<KeptClaim> Kept { get; init; } = [];

    /// <summary>None at all.</summary>
    public static readonly CallClaims None = new([], [], []);

    /// <summary>What a call in this state holds, besides the keys of requests. An ended call holds nothing.</summary>
    public static CallClaim[] HeldBy(CallState? state)
    {
        if (state is not { Session: { Status.IsOpen: true } session })
        {
            return [];
        }

        CallClaim[] held = session switch
        {
            { RecipientId: { } recipient, AnsweredAt: null } => [CallClaim.OfPair(session.InitiatorId, recipient)],
            { RecipientId: { } recipient, Status: CallStatus.Active } =>
                [CallClaim.OfUser(session.InitiatorId), CallClaim.OfUser(recipient)],
            _ => [],
        };
        return state.Details.TokenLifetime is null ? held : [CallClaim.OfChannel(session.ChannelName), .. held];
    }
}
