using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls;

/// <summary>A claim that a call needs and that another call holds.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="HolderId">The id of the call that holds it.</param>
/// <param name="HasSameBody">For <see cref="CallClaimKind.Request"/>: true where the holder has it for a request with the same
/// body.</param>
/// <param name="IsFirst">True where the holder took it with its first write, that is, where the request created that call.</param>
public sealed record HeldClaim(CallClaim Claim, string HolderId, bool HasSameBody, bool IsFirst);
