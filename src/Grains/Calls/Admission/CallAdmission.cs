namespace Fayo.Calls.Grains.Calls.Admission;

/// <summary>On which conditions a new call is written. They are checked in the statement that writes it.</summary>
/// <param name="Quota">How many calls the initiator may make.</param>
/// <param name="MaxCancelled">How many calls to the recipient the initiator may cancel within the cooldown; zero for no limit.</param>
/// <param name="CancelCooldown">How long an initiator who has cancelled that many waits before the next call to the recipient.</param>
/// <param name="OverridesBlocking">It rings even where the recipient has blocked the initiator.</param>
/// <param name="OverridesDoNotDisturb">It rings even where the recipient does not want to be disturbed.</param>
public sealed record CallAdmission(
    CallQuota Quota, int MaxCancelled, TimeSpan CancelCooldown, bool OverridesBlocking = false, bool OverridesDoNotDisturb = false)
{
    /// <summary>
    /// False where the initiator's recent calls are known to be so few that <see cref="CountedPeriod"/> need not be read.
    /// </summary>
    public bool CountsRecent { get; init; } = true;

    /// <summary>The smallest of the limits that are about recent calls; the largest number where there is none.</summary>
    public int SmallestOfRecent => Smallest(Quota.MaxPerMinute, Smallest(Quota.MaxPerMinuteToUser, Smallest(MaxCancelled, int.MaxValue)));

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>How far back the initiator's calls count; null where nothing about them matters.</summary>
    public TimeSpan? CountedPeriod
    {
        get
        {
            // The cancelled calls lie within one cooldown, and the last of them in the cooldown before the new call.
            var ofCancelled = MaxCancelled > 0 ? 2 * CancelCooldown : (TimeSpan?)null;
            var ofQuota = Quota.MaxPerMinute > 0 || Quota.MaxPerMinuteToUser > 0 ? Minute : (TimeSpan?)null;
            return ofCancelled > ofQuota || ofQuota is null ? ofCancelled : ofQuota;
        }
    }

    private static int Smallest(int limit, int other) => limit > 0 ? Math.Min(limit, other) : other;
}
