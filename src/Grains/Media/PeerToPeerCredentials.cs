using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Grains.Media;

/// <summary>Credentials for WebRTC connections between the participants themselves: there is nobody who would ask for a token.</summary>
/// <remarks>
/// A relay carries whatever is sent through it, so its credentials are given only for answered calls: whoever places a call that nobody
/// answers gets none. Until the answer there is nobody to connect to anyway.
/// </remarks>
/// <param name="servers">What helps them to find a way to each other.</param>
public sealed class PeerToPeerCredentials(IReadOnlyList<IceServerOptions> servers) : ICredentialSource
{
    /// <inheritdoc/>
    public Credential Issue(CallSession session, string userId, CredentialRole role, int secondsToLive, DateTimeOffset now)
    {
        var expiresAt = now.AddSeconds(secondsToLive);
        return new Credential
        {
            Provider = MediaProvider.PeerToPeer,
            IceServers = session.AnsweredAt is null
                ? [.. servers.Select(WithoutRelay).OfType<IceServer>()]
                : [.. servers.Select(server => WithRelay(server, userId, expiresAt))],
            ChannelName = session.ChannelName,
            RtcUserId = userId,
            Role = role,
            ExpiresIn = secondsToLive,
            ExpiresAt = expiresAt,
        };
    }

    private static IceServer? WithoutRelay(IceServerOptions server)
    {
        var urls = server.Urls.Where(url => url.StartsWith("stun", StringComparison.Ordinal)).ToArray();
        return urls.Length > 0 ? new IceServer(urls) : null;
    }

    private static IceServer WithRelay(IceServerOptions server, string userId, DateTimeOffset expiresAt)
    {
        if (server.Secret is not { } secret)
        {
            return new IceServer(server.Urls, server.Username, server.Credential);
        }

        var username = string.Create(CultureInfo.InvariantCulture, $"{expiresAt.ToUnixTimeSeconds()}:{userId}");
        return new IceServer(server.Urls, username, Sign(username, secret));
    }

    /// <summary>The password for a user name that begins with its expiry.</summary>
    /// <remarks>Source: draft-uberti-behave-turn-rest, "A REST API For Access To TURN Services", as coturn has it.</remarks>
    private static string Sign(string username, string secret)
    {
#pragma warning disable CA5350 // The TURN server checks HMAC-SHA1 and nothing else. HMAC does not suffer from SHA-1's collisions.
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350
    }
}
