namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>What a call's timeline has to look like, whatever was done to the call and to the service.</summary>
internal static class TimelineRules
{
    /// <summary>What is wrong with a call on record; a sentence each.</summary>
    public static IEnumerable<string> Check(LedgerCall ledger)
    {
        var (call, timeline) = ledger;
        if (timeline.Count == 0)
        {
            return ["It has no timeline."];
        }

        return [.. CheckOrder(call, timeline), .. CheckSteps(timeline), .. CheckEnd(call, timeline)];
    }

    private static IEnumerable<string> CheckOrder(CallView call, IReadOnlyList<TimelineEntry> timeline)
    {
        for (var i = 0; i < timeline.Count; i++)
        {
            if (timeline[i].Version != i + 1)
            {
                yield return $"Entry {i + 1} of its timeline has version {timeline[i].Version}.";
            }

            if (i > 0 && timeline[i].At < timeline[i - 1].At)
            {
                yield return $"Version {timeline[i].Version} is older than the one before it.";
            }
        }

        if (call.Version != timeline[^1].Version)
        {
            yield return $"Its version is {call.Version}, that of its timeline {timeline[^1].Version}.";
        }

        if (call.Status != timeline[^1].Status)
        {
            yield return $"Its status is {WireNames.Of(call.Status)}, that of its timeline {WireNames.Of(timeline[^1].Status)}.";
        }
    }

    private static IEnumerable<string> CheckSteps(IReadOnlyList<TimelineEntry> timeline)
    {
        if (timeline[0].Kind != TimelineKind.Created)
        {
            yield return $"Its timeline begins with {WireNames.Of(timeline[0].Kind)}.";
        }

        for (var i = 1; i < timeline.Count; i++)
        {
            var (before, entry) = (timeline[i - 1], timeline[i]);
            if (before.Kind == TimelineKind.Ended)
            {
                yield return $"Version {entry.Version} comes after the end.";
            }

            if (!IsLegal(before.Status, entry.Status))
            {
                yield return $"Version {entry.Version} goes from {WireNames.Of(before.Status)} to {WireNames.Of(entry.Status)}.";
            }

            if (entry.Kind is TimelineKind.Created or TimelineKind.Answered or TimelineKind.Active or TimelineKind.Declined or TimelineKind.Cancelled
                && timeline.Take(i).Any(earlier => earlier.Kind == entry.Kind))
            {
                yield return $"It was {WireNames.Of(entry.Kind)} twice.";
            }

            if (before.Kind is TimelineKind.Declined or TimelineKind.Cancelled && entry.Kind != TimelineKind.Ended)
            {
                yield return $"Version {before.Version} did not end it.";
            }
        }
    }

    private static bool IsLegal(CallStatus from, CallStatus to) => from == to || (from, to) switch
    {
        (CallStatus.Pending, CallStatus.Ringing) or (CallStatus.Ringing, CallStatus.Active) => true,
        (CallStatus.Pending, CallStatus.Completed) => false,
        (_, CallStatus.Completed or CallStatus.Cancelled or CallStatus.Expired) => from.IsOpen,
        _ => false,
    };

    private static IEnumerable<string> CheckEnd(CallView call, IReadOnlyList<TimelineEntry> timeline)
    {
        var ends = timeline.Where(entry => entry.Kind == TimelineKind.Ended).ToList();
        if (ends is not [var end])
        {
            yield return ends.Count == 0 ? "It never ended." : $"It ended {ends.Count} times.";
            yield break;
        }

        if (call.EndReason is not { } reason || end.Detail != WireNames.Of(reason) || end.By != call.EndedBy || end.At != call.EndedAt)
        {
            yield return "How it ended is told differently by the call and by its timeline.";
            yield break;
        }

        if (!Explains(call, timeline, end, reason))
        {
            yield return $"Its timeline does not explain why it is {WireNames.Of(end.Status)}, {end.Detail}.";
        }
    }

    private static bool Explains(CallView call, IReadOnlyList<TimelineEntry> timeline, TimelineEntry end, EndReason reason)
    {
        bool Has(TimelineKind kind) => timeline.Any(entry => entry.Kind == kind);
        bool EndedBy(TimelineKind kind, string? by) => by is not null && end.By == by && timeline.Any(entry => entry.Kind == kind && entry.By == by);
        var isAnswered = Has(TimelineKind.Answered);
        var rangOut = !isAnswered && end.By is null && end.At >= call.RingDeadline;
        return (end.Status, reason) switch
        {
            (CallStatus.Completed, EndReason.Hangup) => isAnswered && call.HasParticipant(end.By),
            (CallStatus.Cancelled, EndReason.Hangup) => isAnswered && call.HasParticipant(end.By) && EndedBy(TimelineKind.Cancelled, end.By),
            (CallStatus.Completed, EndReason.ConnectionLost) => isAnswered && end.By is null,
            (CallStatus.Completed, EndReason.MaxDuration) => Has(TimelineKind.Active) && end.By is null,
            (CallStatus.Cancelled, EndReason.CallerCancelled) => !isAnswered && EndedBy(TimelineKind.Cancelled, call.InitiatorId),
            (CallStatus.Cancelled, EndReason.Declined) => !isAnswered && EndedBy(TimelineKind.Declined, call.RecipientId),
            (CallStatus.Cancelled, EndReason.Busy) => !isAnswered && !Has(TimelineKind.Ringing),
            (CallStatus.Expired, EndReason.NoAnswer) => rangOut && Has(TimelineKind.Ringing),
            (CallStatus.Expired, EndReason.Unreachable) => rangOut && !Has(TimelineKind.Ringing),
            (CallStatus.Expired, EndReason.TokenExpired) => end.By is null && end.At >= call.ExpiresAt,
            // Nobody in the plan is staff, and nothing in it fails for good.
            _ => false,
        };
    }
}
