namespace Fayo.Calls.Grains.Media;

/// <summary>Credentials for WebRTC connections between the participants themselves: there is nobody who would ask for a token.</summary>
/// <param name="iceServers">What helps them to find a way to each other.</param>
public sealed class PeerToPeerCredentials(IReadOnlyList<IceServer> iceServers) : ICredentialSource
{
    /// <inheritdoc/>
    public Credential Issue(string channelName, string userId, CredentialRole role, int secondsToLive, DateTimeOffset now) => new()
    {
        Provider = MediaProvider.PeerToPeer,
        IceServers = iceServers,
        ChannelName = channelName,
        RtcUserId = userId,
        Role = role,
        ExpiresIn = secondsToLive,
        ExpiresAt = now.AddSeconds(secondsToLive),
    };
}
