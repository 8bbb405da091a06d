namespace Fayo.Calls.Grains.Media;

/// <summary>Makes what participants enter a call's media channel with.</summary>
public interface ICredentialSource
{
    /// <summary>Makes a credential for one user in the channel of one call.</summary>
    /// <param name="session">The call.</param>
    /// <param name="userId">Whose it is.</param>
    /// <param name="role">The part to play.</param>
    /// <param name="secondsToLive">How long it is good for.</param>
    /// <param name="now">The time of issue.</param>
    Credential Issue(CallSession session, string userId, CredentialRole role, int secondsToLive, DateTimeOffset now);
}
