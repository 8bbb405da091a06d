using System.Numerics;
using System.Text;

namespace Fayo.Calls.Agora;

/// <summary>What a token allows in one of Agora's services. Source: Agora's published AccessToken2 layout.</summary>
/// <remarks>Made by <see cref="Rtc"/> and <see cref="Rtm"/>. The default value is no service, and no token is built from it.</remarks>
public readonly struct ServiceGrant
{
    /// <summary>The longest user account, in bytes of UTF-8: Agora's limit.</summary>
    public const int MaxAccountBytes = 255;

    // This encoding refuses half of a surrogate pair. The usual one replaces it, so that different accounts would become the same.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string? _channelName;
    private readonly string _account;
    private readonly uint _privileges;
    private readonly uint _secondsToLive;

    private ServiceGrant(ServiceType type, string? channelName, string userAccount, uint privileges, int secondsToLive)
    {
        ArgumentNullException.ThrowIfNull(userAccount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(secondsToLive);
        if (StrictUtf8.GetByteCount(userAccount) > MaxAccountBytes)
        {
            throw new ArgumentException("A user account has at most 255 bytes.", nameof(userAccount));
        }

        Type = type;
        _channelName = channelName;
        _account = userAccount;
        _privileges = privileges;
        _secondsToLive = (uint)secondsToLive;
    }

    internal ServiceType Type { get; }

    /// <summary>Joining one media channel.</summary>
    /// <param name="channelName">The channel; see <see cref="ChannelName"/>.</param>
    /// <param name="userAccount">Agora's user account; empty stands for whichever user presents the token.</param>
    /// <param name="privileges">What the user may do there; at least <see cref="RtcPrivileges.JoinChannel"/>.</param>
    /// <param name="secondsToLive">Seconds after the token's issue for which the privileges hold; more than 0.</param>
    /// <returns>The grant.</returns>
    /// <exception cref="ArgumentException">The channel name is not one of Agora's, the account is longer than 255 bytes or not
    /// Unicode, or the privileges lack joining.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="secondsToLive"/> is 0 or less.</exception>
    public static ServiceGrant Rtc(string channelName, string userAccount, RtcPrivileges privileges, int secondsToLive)
    {
        if (ChannelName.Check(channelName) is { } problem)
        {
            throw new ArgumentException(problem, nameof(channelName));
        }

        if ((privileges & ~RtcPrivileges.Publisher) != RtcPrivileges.None
            || (privileges & RtcPrivileges.JoinChannel) == RtcPrivileges.None)
        {
            throw new ArgumentException("The privileges are joining, and any of publishing audio, video and data.", nameof(privileges));
        }

        return new ServiceGrant(ServiceType.Rtc, channelName, userAccount, (uint)privileges, secondsToLive);
    }

    /// <summary>Logging in to Agora's messaging (RTM).</summary>
    /// <param name="userAccount">The user who logs in.</param>
    /// <param name="secondsToLive">Seconds after the token's issue for which the login is allowed; more than 0.</param>
    /// <returns>The grant.</returns>
    /// <exception cref="ArgumentException">The account is longer than 255 bytes or not Unicode.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="secondsToLive"/> is 0 or less.</exception>
    public static ServiceGrant Rtm(string userAccount, int secondsToLive)
    {
        const uint Login = 1 << 1;
        return new ServiceGrant(ServiceType.Rtm, channelName: null, userAccount, Login, secondsToLive);
    }

    internal void WriteTo(ref TokenWriter writer)
    {
        writer.WriteShort((ushort)Type);
        writer.WriteShort((ushort)BitOperations.PopCount(_privileges));
        for (var remaining = _privileges; remaining != 0; remaining &= remaining - 1)
        {
            writer.WriteShort((ushort)BitOperations.TrailingZeroCount(remaining));
            writer.WriteNumber(_secondsToLive);
        }

        if (_channelName is not null)
        {
            writer.WriteText(_channelName);
        }

        writer.WriteText(_account);
    }
}

/// <summary>Agora's numbers for the services a token may be for.</summary>
internal enum ServiceType : ushort
{
    None = 0,
    Rtc = 1,
    Rtm = 2,
}
