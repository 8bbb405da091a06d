using Fayo.Calls.Agora;

namespace Fayo.Calls.Grains.Media;

/// <summary>Credentials for channels of Agora's network.</summary>
/// <param name="project">The project that signs.</param>
public sealed class AgoraCredentials(AgoraProject project) : ICredentialSource
{
    private readonly CredentialIssuer _issuer = new(project);

    /// <inheritdoc/>
    public Credential Issue(CallSession session, string userId, CredentialRole role, int secondsToLive, DateTimeOffset now)
    {
        var agoraRole = role == CredentialRole.Host ? AgoraRole.Host : AgoraRole.Audience;
        var issued = _issuer.Issue(session.ChannelName, userId, agoraRole, secondsToLive, now);
        return new Credential
        {
            Provider = MediaProvider.Agora,
            AppId = _issuer.AppId,
            Token = issued.Token,
            ChannelName = session.ChannelName,
            RtcUserId = userId,
            Role = role,
            ExpiresIn = issued.ExpiresIn,
            ExpiresAt = issued.ExpiresAt,
        };
    }
}
