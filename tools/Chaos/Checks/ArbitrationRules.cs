using Fayo.Calls.Chaos.Records;

namespace Fayo.Calls.Chaos.Checks;

/// <summary>Two users have at most one ringing call between them, and nobody is in two ACTIVE calls.</summary>
internal static class ArbitrationRules
{
    /// <summary>
    /// How much two calls may overlap by their timelines. A timeline has the times of decisions, but a user is free again only when
    /// the decision has been written, and another call may have been waiting for that: also for a database that was down.
    /// </summary>
    public static readonly TimeSpan MaxWriteDelay = TimeSpan.FromSeconds(1);

    /// <summary>Finds two calls that rang at once between two users, and two calls that were ACTIVE at once for a user.</summary>
    public static IEnumerable<Violation> Check(IReadOnlyList<RecordedCall> calls, IReadOnlyList<Outage> outages) =>
    [
        .. Overlaps(calls.SelectMany(RingIntervals), outages, "Two calls rang at once between"),
        .. Overlaps(calls.SelectMany(ActiveIntervals), outages, "Two calls were ACTIVE at once for"),
    ];

    /// <summary>From the creation until the answer or the end, for the two users, whichever of them called.</summary>
    private static IEnumerable<Interval> RingIntervals(RecordedCall recorded)
    {
        var (call, timeline) = recorded;
        if (call.RecipientId is { } recipient && timeline.Any(entry => entry.Kind == TimelineKindNames.Invited))
        {
            string[] pair = [call.InitiatorId, recipient];
            Array.Sort(pair, StringComparer.Ordinal);
            yield return new Interval(string.Join(" and ", pair), call.Id, call.CreatedAt, call.RangUntil ?? DateTimeOffset.MaxValue);
        }
    }

    /// <summary>From the confirmation to the end, for either participant.</summary>
    private static IEnumerable<Interval> ActiveIntervals(RecordedCall recorded)
    {
        var (call, timeline) = recorded;
        if (timeline.FirstOrDefault(entry => entry.Kind == TimelineKindNames.Active) is not { } active)
        {
            yield break;
        }

        foreach (var user in new[] { call.InitiatorId, call.RecipientId! })
        {
            yield return new Interval(user, call.Id, active.At, call.EndedAt ?? DateTimeOffset.MaxValue);
        }
    }

    private static IEnumerable<Violation> Overlaps(IEnumerable<Interval> intervals, IReadOnlyList<Outage> outages, string message)
    {
        foreach (var group in intervals.GroupBy(interval => interval.Users))
        {
            Interval? last = null;
            foreach (var interval in group.OrderBy(interval => interval.From))
            {
                var latest = Outage.FindLatest(interval.From, MaxWriteDelay, outages);
                if (last is not null && (last.Until < interval.Until ? last.Until : interval.Until) > latest)
                {
                    yield return new Violation(
                        interval.CallId,
                        $"{message} {group.Key}: this one from {TimeText.Of(interval.From)}, "
                        + $"and {last.CallId} until {TimeText.Of(last.Until)}.");
                }

                last = last is null || interval.Until > last.Until ? interval : last;
            }
        }
    }

    private sealed record Interval(string Users, string CallId, DateTimeOffset From, DateTimeOffset Until);
}
