using Fayo.Calls.Grains.Calls;

namespace Fayo.Calls.Grains.Storage;

/// <summary>Another call has what a call was to take or to mind; nothing was written.</summary>
/// <param name="held">Which claims, and which calls have them; at least one.</param>
internal sealed class ClaimHeldException(IReadOnlyList<HeldClaim> held)
    : OrleansException($"{held[0].HolderId} has what the call needs: {held[0].Claim.Kind}.")
{
    /// <summary>Which claims, and which calls have them; at least one.</summary>
    public IReadOnlyList<HeldClaim> Held => held;
}

/// <summary>A claim that another call has.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="HolderId">The id of the call that has it.</param>
internal sealed record HeldClaim(CallClaim Claim, string HolderId);
