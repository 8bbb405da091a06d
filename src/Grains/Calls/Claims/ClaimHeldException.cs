namespace Fayo.Calls.Grains.Calls;

/// <summary>Another call has what a call was to take or to mind; nothing was written.</summary>
/// <param name="held">Which claims, and which calls have them; at least one.</param>
public sealed class ClaimHeldException(IReadOnlyList<HeldClaim> held)
    : OrleansException($"{held[0].HolderId} has what the call needs: {held[0].Claim.Kind}.")
{
    /// <summary>Which claims, and which calls have them; at least one.</summary>
    public IReadOnlyList<HeldClaim> Held => held;

    /// <summary>The held claim of a kind of which a call has at most one; null where that is not held by another.</summary>
    public HeldClaim? Find(CallClaimKind kind) => held.FirstOrDefault(one => one.Claim.Kind == kind);
}

/// <summary>A claim that another call has.</summary>
/// <param name="Claim">The claim, as it was to be taken or minded.</param>
/// <param name="HolderId">The id of the call that has it.</param>
/// <param name="HasSameBody">For <see cref="CallClaimKind.Request"/>: true where the holder has it for a request with the same body.</param>
/// <param name="IsFirst">True where the holder has had it since its first write: the request opened that call.</param>
public sealed record HeldClaim(CallClaim Claim, string HolderId, bool HasSameBody, bool IsFirst);
