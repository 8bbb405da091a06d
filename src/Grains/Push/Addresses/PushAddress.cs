using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Grains.Push.Addresses;

/// <summary>What tells apart where pushes go.</summary>
public static class PushAddress
{
    /// <summary>
    /// Hashes where the pushes of a device go. Not the token itself: whoever reads the table must not be able to push.
    /// </summary>
    /// <returns>64 hexadecimal digits; null for a device that only a newer release can push.</returns>
    public static string? Of(PushDevice device)
    {
        var place = device.Platform switch
        {
            PushPlatform.Web => device.Subscription?.Endpoint,
            PushPlatform.Fcm => device.Token,
            // Hexadecimal digits: the same token may be written in either case.
            PushPlatform.ApnsVoip => device.Token?.ToUpperInvariant(),
            _ => null,
        };
        return place is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{device.Platform} {place}")));
    }
}
