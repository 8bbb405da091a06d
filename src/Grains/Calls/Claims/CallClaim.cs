using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Grains.Calls;

/// <summary>What at most one call has at a time, in the whole cluster. The database is the arbiter.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Key">Its name in the database.</param>
/// <param name="Body">For <see cref="CallClaimKind.Request"/>: what was asked for, as a digest.</param>
public readonly record struct CallClaim(CallClaimKind Kind, string Key, string? Body = null)
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

    /// <summary>To be what a request with a key was answered with. Not given back: the database forgets it after a day.</summary>
    /// <param name="request">The request.</param>
    /// <param name="key">Its key: the user's own, so that the claim begins with the user's id, and tells where that ends.</param>
    public static CallClaim OfRequest(CreateCall request, string key)
    {
        var user = request.Initiator.UserId;
        return new CallClaim(CallClaimKind.Request, string.Create(CultureInfo.InvariantCulture, $"request:{user.Length}:{user}{key}"), DigestOf(request));
    }

    /// <summary>128 bits of a hash (SHA-256). No value that is valid holds a NUL.</summary>
    private static string DigestOf(CreateCall request) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{request.RecipientId}\0{WireNames.Of(request.CallType)}\0{request.ChannelName}\0{request.Metadata}")).AsSpan(0, 16));
}

/// <summary>What claims are about.</summary>
public enum CallClaimKind
{
    /// <summary>See <see cref="CallClaim.OfRequest"/>.</summary>
    Request,

    /// <summary>See <see cref="CallClaim.OfPair"/>.</summary>
    Pair,

    /// <summary>See <see cref="CallClaim.OfUser"/>.</summary>
    User,
}
