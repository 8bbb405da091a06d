namespace Fayo.Calls.Grains.Calls;

/// <summary>How long things may take. Section <c>Calls</c> of the configuration, except the token's time to live.</summary>
public sealed class CallOptions
{
    /// <summary>How long it rings, 5 seconds to 10 minutes.</summary>
    public TimeSpan RingTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a device may take to acknowledge before the invitation is sent to it again, 1 second to 1 minute.</summary>
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long both participants of a confirmed call may be without a connection, 5 seconds to 10 minutes.</summary>
    public TimeSpan ConnectionLostAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a confirmed call may last, 1 minute to 24 hours.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long tokens, and sessions that nobody carries on, are good for: 60 to 86,400 seconds (<c>AGORA_TOKEN_TTL</c>).</summary>
    public TimeSpan TokenTimeToLive { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What becomes of a call to somebody who is connected and in an ACTIVE call.</summary>
    public BusyPolicy BusyPolicy { get; set; } = BusyPolicy.Refuse;

    /// <summary>How often the cluster looks for overdue calls.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long ended calls are kept; zero keeps them for ever.</summary>
    public TimeSpan KeepHistoryFor { get; set; } = TimeSpan.Zero;

    /// <summary>How long users are on record who are not seen any more, 7 days or longer: when one was seen is known to within two days.</summary>
    public TimeSpan KeepUsersFor { get; set; } = TimeSpan.FromDays(365);
}

/// <summary>What becomes of a call to somebody who is connected and in an ACTIVE call.</summary>
public enum BusyPolicy
{
    /// <summary>It is refused, and on record.</summary>
    Refuse,

    /// <summary>It rings all the same; it can be answered once the other call has ended.</summary>
    Ring,
}
