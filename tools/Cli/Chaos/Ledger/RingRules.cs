namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>How long a call may ring, by its timeline.</summary>
internal static class RingRules
{
    /// <summary>How long after its deadline, or after the service is back, a ring may have gone on.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>What is wrong with how long a call rang; a sentence each.</summary>
    /// <param name="ledger">The call on record.</param>
    /// <param name="outages">When nobody could have ended it.</param>
    /// <param name="ringTimeout">How long the service lets a call ring; null where nobody knows.</param>
    public static IEnumerable<string> Check(LedgerCall ledger, IReadOnlyList<Outage> outages, TimeSpan? ringTimeout)
    {
        var (call, timeline) = ledger;
        if (call.RingDeadline is not { } deadline || call.RangUntil is not { } until)
        {
            yield break;
        }

        if (ringTimeout is { } timeout && deadline > LatestDeadline(call, timeline, timeout))
        {
            yield return $"It was to ring until {LedgerTime.Of(deadline)}, longer than {timeout.TotalSeconds:0.###} s, started over once.";
        }

        var latest = deadline + Grace;
        foreach (var outage in outages.Where(outage => outage.From <= latest && outage.Until + Grace > latest))
        {
            latest = outage.Until + Grace;
        }

        if (until > latest)
        {
            yield return $"It rang until {LedgerTime.Of(until)}, and its ring deadline was at {LedgerTime.Of(deadline)}.";
        }
    }

    /// <summary>The ring time from the first acknowledgement, and no more than twice that from the beginning.</summary>
    private static DateTimeOffset LatestDeadline(CallView call, IReadOnlyList<TimelineEntry> timeline, TimeSpan ringTimeout)
    {
        var rings = timeline.FirstOrDefault(entry => entry.Kind == TimelineKind.Ringing);
        var restarted = (rings?.At ?? call.CreatedAt) + ringTimeout;
        var longest = call.CreatedAt + (2 * ringTimeout);
        return restarted < longest ? restarted : longest;
    }
}

/// <summary>A time in which the service was down, as the one who killed it knows.</summary>
/// <param name="From">When it was killed.</param>
/// <param name="Until">When it was ready again.</param>
internal sealed record Outage(DateTimeOffset From, DateTimeOffset Until);
