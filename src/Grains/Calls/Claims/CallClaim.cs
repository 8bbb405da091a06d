using System.Globalization;

namespace Fayo.Calls.Grains.Calls;

/// <summary>What at most one call has at a time, in the whole cluster. The database is the arbiter.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Key">Its name in the database.</param>
public readonly record struct CallClaim(CallClaimKind Kind, string Key)
{
    /// <summary>To ring between two people: no second call between them, whoever of them called.</summary>
    /// <remarks>The length of the first id tells where the second begins, whatever characters the two consist of.</remarks>
    public static CallClaim OfPair(string userId, string otherUserId)
    {
        var (first, second) = string.CompareOrdinal(userId, otherUserId) < 0 ? (userId, otherUserId) : (otherUserId, userId);
        return new CallClaim(CallClaimKind.Pair, string.Create(CultureInfo.InvariantCulture, $"pair:{first.Length}:{first}{second}"));
    }

    /// <summary>To be ACTIVE with a user: nobody is in two ACTIVE calls.</summary>
    public static CallClaim OfUser(string userId) => new(CallClaimKind.User, "user:" + userId);

    /// <summary>To be what an attempt to call was answered with, so that it is answered in the same way when it is repeated.</summary>
    /// <param name="callId">The id of the call that was asked for and never came to be.</param>
    public static CallClaim OfCreate(string callId) => new(CallClaimKind.Create, "create:" + callId);
}

/// <summary>What claims are about.</summary>
public enum CallClaimKind
{
    /// <summary>See <see cref="CallClaim.OfCreate"/>.</summary>
    Create,

    /// <summary>See <see cref="CallClaim.OfPair"/>.</summary>
    Pair,

    /// <summary>See <see cref="CallClaim.OfUser"/>.</summary>
    User,
}
