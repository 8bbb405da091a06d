using Fayo.Calls.Chaos.Records;

namespace Fayo.Calls.Chaos.Checks;

/// <summary>How long a call may ring.</summary>
internal static class RingRules
{
    /// <summary>How long a ring may go on after its deadline, or after the service and its database are back.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Finds what is wrong with how long a call rang; a sentence each.</summary>
    /// <param name="recorded">The recorded call.</param>
    /// <param name="outages">When the service or its database was down, so that the ring could not be ended. In any order.</param>
    /// <param name="ringTimeout">How long the service lets a call ring; null where it is unknown.</param>
    public static IEnumerable<string> Check(RecordedCall recorded, IReadOnlyList<Outage> outages, TimeSpan? ringTimeout)
    {
        var (call, timeline) = recorded;
        if (call.RingDeadline is not { } deadline || call.RangUntil is not { } until)
        {
            yield break;
        }

        if (ringTimeout is { } timeout && deadline > LatestDeadline(call, timeline, timeout))
        {
            yield return $"It was to ring until {TimeText.Of(deadline)}, longer than {timeout.TotalSeconds:0.###} s, started over once.";
        }

        if (until > Outage.FindLatest(deadline, Grace, outages))
        {
            yield return $"It rang until {TimeText.Of(until)}, and its ring deadline was at {TimeText.Of(deadline)}.";
        }
    }

    /// <summary>The ring timeout counted from the first acknowledgement, but at most twice the ring timeout from the creation.</summary>
    private static DateTimeOffset LatestDeadline(CallView call, IReadOnlyList<TimelineEntryView> timeline, TimeSpan ringTimeout)
    {
        var rings = timeline.FirstOrDefault(entry => entry.Kind == TimelineKindNames.Ringing);
        var restarted = (rings?.At ?? call.CreatedAt) + ringTimeout;
        var longest = call.CreatedAt + (2 * ringTimeout);
        return restarted < longest ? restarted : longest;
    }
}
