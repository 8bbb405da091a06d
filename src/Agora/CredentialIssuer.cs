using System.Globalization;

namespace Fayo.Calls.Agora;

/// <summary>Issues the tokens with which participants join a call's media channel. Safe to use from any thread.</summary>
/// <param name="project">The project that signs.</param>
public sealed class CredentialIssuer(AgoraProject project)
{
    /// <summary>The shortest life, in seconds, that tokens may be set to have. One that is to end with its call may have less.</summary>
    public const int MinSecondsToLive = 60;

    /// <summary>The longest life of a token, in seconds: Agora's limit of a day.</summary>
    public const int MaxSecondsToLive = 86_400;

    /// <summary>The app id that goes with every token.</summary>
    public string AppId => project.AppId;

    /// <summary>Issues a token for one user in one channel.</summary>
    /// <remarks>
    /// The token and all its privileges end together, as with Agora's <c>buildTokenWithUserAccount</c> given the same seconds for
    /// <c>tokenExpire</c> and <c>privilegeExpire</c>. In a two-way call both sides talk, so both roles may publish.
    /// </remarks>
    /// <param name="channelName">The channel; see <see cref="ChannelName"/>.</param>
    /// <param name="userAccount">Agora's user account: the user's id, 1 to 255 bytes.</param>
    /// <param name="role">The role in the channel.</param>
    /// <param name="secondsToLive">From 1 to <see cref="MaxSecondsToLive"/> seconds; 0, by which
    /// Agora's older builders meant "never", is refused like the rest.</param>
    /// <param name="now">The time of issue.</param>
    /// <returns>The token and when it ends.</returns>
    /// <exception cref="ArgumentException">The channel name or the account is not one that Agora accepts.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The life, the role or the time is out of its range.</exception>
    public IssuedToken Issue(string channelName, string userAccount, AgoraRole role, int secondsToLive, DateTimeOffset now)
    {
        // An empty account would make a token that any user can join with.
        ArgumentException.ThrowIfNullOrEmpty(userAccount);
        if (secondsToLive is < 1 or > MaxSecondsToLive)
        {
            throw new ArgumentOutOfRangeException(
                nameof(secondsToLive),
                secondsToLive,
                string.Create(CultureInfo.InvariantCulture, $"A token lives from 1 to {MaxSecondsToLive} seconds."));
        }

        var privileges = role switch
        {
            AgoraRole.Host or AgoraRole.Audience => RtcPrivileges.Publisher,
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "The role is Host or Audience."),
        };

        var grant = ServiceGrant.Rtc(channelName, userAccount, privileges, secondsToLive);
        var token = AccessToken2.Build(project, now, secondsToLive, Salt.Next(), grant);
        return new IssuedToken(token, DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + secondsToLive), secondsToLive);
    }
}
