using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>Something that at most one call in the whole cluster can hold at a time. The database decides which call holds it.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Key">Its name in the database.</param>
/// <param name="Body">For <see cref="CallClaimKind.Request"/>: a digest of what was asked for.</param>
public readonly record struct CallClaim(CallClaimKind Kind, string Key, string? Body = null)
{
    /// <summary>To ring between two people: there is no second call between them, whoever of them called.</summary>
    /// <remarks>The length of the first id tells where the second begins, whatever characters the two consist of.</remarks>
    public static CallClaim OfPair(string userId, string otherUserId)
    {
        var (first, second) = string.CompareOrdinal(userId, otherUserId) < 0 ? (userId, otherUserId) : (otherUserId, userId);
        return new CallClaim(CallClaimKind.Pair, string.Create(CultureInfo.InvariantCulture, $"pair:{first.Length}:{first}{second}"));
    }

    /// <summary>To be ACTIVE with a user: nobody is in two ACTIVE calls.</summary>
    public static CallClaim OfUser(string userId) => new(CallClaimKind.User, "user:" + userId);

    /// <summary>
    /// To have a media channel whose name a client brought. Kept after the end of the call until no token for it is good any more.
    /// </summary>
    public static CallClaim OfChannel(string name) => new(CallClaimKind.Channel, "channel:" + name);

    /// <summary>To be the answer to a request with a key. A call never gives it back; the database deletes it after a day.</summary>
    /// <param name="request">The request.</param>
    /// <param name="key">The request's key. Every user has keys of their own, so the claim holds the user's id and its length as
    /// well.</param>
    public static CallClaim OfRequest(CreateCall request, string key)
    {
        var user = request.Initiator.UserId;
        var claim = string.Create(CultureInfo.InvariantCulture, $"request:{user.Length}:{user}{key}");
        return new CallClaim(CallClaimKind.Request, claim, DigestOf(request));
    }

    /// <summary>128 bits of a hash (SHA-256). No valid value holds a NUL, so a NUL can separate the values.</summary>
    private static string DigestOf(CreateCall request) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{request.RecipientId}\0{WireNames.Of(request.CallType)}\0{request.ChannelName}\0{request.Metadata}")).AsSpan(0, 16));
}
