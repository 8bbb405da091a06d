using Fayo.Calls.Grains.Calls.Admission;

namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>
/// How long things may take, and how many there may be, with the defaults. The host reads the options from its settings, and checks
/// their ranges there.
/// </summary>
public sealed class CallOptions
{
    /// <summary>How long it rings.</summary>
    public TimeSpan RingTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a device may take to acknowledge before the invitation is sent to it again.</summary>
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long both participants of a confirmed call may be without a connection.</summary>
    public TimeSpan ConnectionLostAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an initiator who had connections may be without one until somebody has confirmed the call.</summary>
    public TimeSpan CallerLostAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may last: from its confirmation, and from its answer while nobody has confirmed it.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long a token is good for, and a session for which nobody renews a token.</summary>
    public TimeSpan TokenTimeToLive { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What becomes of a call to somebody who is connected and in an ACTIVE call.</summary>
    public BusyPolicy BusyPolicy { get; set; } = BusyPolicy.Refuse;

    /// <summary>How many calls users may make who are not staff.</summary>
    public CallQuota Quota { get; set; } = CallQuota.OfUsers;

    /// <summary>How many calls staff may make.</summary>
    public CallQuota StaffQuota { get; set; } = CallQuota.OfStaff;

    /// <summary>
    /// How many calls to one recipient an initiator may cancel within <see cref="CancelCooldown"/>. After that, the initiator may not
    /// call this recipient for <see cref="CancelCooldown"/>. Zero for no limit.
    /// </summary>
    public int MaxCancelledCalls { get; set; } = 5;

    /// <summary>See <see cref="MaxCancelledCalls"/>.</summary>
    public TimeSpan CancelCooldown { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How many connections one user may have, on all silos together.</summary>
    public int ConnectionsPerUser { get; set; } = 50;

    /// <summary>
    /// How long a user's grain stays in memory that was only told of connections. Most users only wait for a call that does not come, and
    /// their grains would take 3 KB each.
    /// </summary>
    public TimeSpan ConnectedGrainLeavesAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The roles whose calls ring even for users who have blocked the caller.</summary>
    public IReadOnlyList<string> BlockingOverriddenBy { get; set; } = [];

    /// <summary>The roles whose calls ring even for users who do not want to be disturbed.</summary>
    public IReadOnlyList<string> DoNotDisturbOverriddenBy { get; set; } = [];

    /// <summary>
    /// Whether calls are pushed to devices: a call that nobody acknowledges then says on record by which ways it was tried.
    /// </summary>
    public bool HasPush { get; set; }

    /// <summary>How often each silo takes the calls that have to be checked.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long ended calls are kept; zero keeps them for ever.</summary>
    public TimeSpan KeepHistoryFor { get; set; } = TimeSpan.Zero;

    /// <summary>How long a user stays on record after the last visit. The time of that visit is known to within two days.</summary>
    public TimeSpan KeepUsersFor { get; set; } = TimeSpan.FromDays(365);

    /// <summary>With more open calls than these, viewers of the monitor see a sample of them.</summary>
    public int MaxMonitoredCalls { get; set; } = 30_000;

    /// <summary>How long it stays on record that an event was sent to another system.</summary>
    public TimeSpan KeepSentEventsFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long an event stays parked that could not be sent.</summary>
    public TimeSpan KeepParkedEventsFor { get; set; } = TimeSpan.FromDays(30);
}
