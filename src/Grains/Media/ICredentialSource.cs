namespace Fayo.Calls.Grains.Media;

/// <summary>Makes what participants enter a call's media channel with.</summary>
public interface ICredentialSource
{
    /// <summary>Makes a credential for one user in one channel.</summary>
    /// <param name="channelName">The call's channel.</param>
    /// <param name="userId">Whose it is.</param>
    /// <param name="role">The part to play.</param>
    /// <param name="secondsToLive">How long it is good for.</param>
    /// <param name="now">The time of issue.</param>
    Credential Issue(string channelName, string userId, CredentialRole role, int secondsToLive, DateTimeOffset now);
}
