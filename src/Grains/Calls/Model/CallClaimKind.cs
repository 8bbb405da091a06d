namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>What claims are about.</summary>
public enum CallClaimKind
{
    /// <summary>See <see cref="CallClaim.OfRequest"/>.</summary>
    Request,

    /// <summary>See <see cref="CallClaim.OfPair"/>.</summary>
    Pair,

    /// <summary>See <see cref="CallClaim.OfUser"/>.</summary>
    User,

    /// <summary>See <see cref="CallClaim.OfChannel"/>.</summary>
    Channel,
}
