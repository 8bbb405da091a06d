using Fayo.Calls.Chaos.Records;

namespace Fayo.Calls.Chaos.Checks;

/// <summary>What must hold for every call's timeline.</summary>
internal static class TimelineRules
{
    /// <summary>Finds what is wrong with a recorded call; a sentence each.</summary>
    public static IEnumerable<string> Check(RecordedCall recorded)
    {
        var (call, timeline) = recorded;
        if (timeline.Count == 0)
        {
            return ["It has no timeline."];
        }

        return [.. CheckOrder(call, timeline), .. CheckSteps(timeline), .. CheckEnd(call, timeline)];
    }

    private static IEnumerable<string> CheckOrder(CallView call, IReadOnlyList<TimelineEntryView> timeline)
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
            yield return $"Its status is {call.Status}, that of its timeline {timeline[^1].Status}.";
        }
    }

    private static IEnumerable<string> CheckSteps(IReadOnlyList<TimelineEntryView> timeline)
    {
        if (timeline[0].Kind != TimelineKindNames.Created)
        {
            yield return $"Its timeline begins with {timeline[0].Kind}.";
        }

        for (var i = 1; i < timeline.Count; i++)
        {
            var (previous, entry) = (timeline[i - 1], timeline[i]);
            if (previous.Kind == TimelineKindNames.Ended)
            {
                yield return $"Version {entry.Version} comes after the end.";
            }

            if (!IsAllowed(previous.Status, entry.Status))
            {
                yield return $"Version {entry.Version} goes from {previous.Status} to {entry.Status}.";
            }

            var onlyOnce = entry.Kind is TimelineKindNames.Created or TimelineKindNames.Answered or TimelineKindNames.Active
                or TimelineKindNames.Declined or TimelineKindNames.Cancelled;
            if (onlyOnce && timeline.Take(i).Any(earlier => earlier.Kind == entry.Kind))
            {
                yield return $"It was {entry.Kind} twice.";
            }

            if (previous.Kind is TimelineKindNames.Declined or TimelineKindNames.Cancelled && entry.Kind != TimelineKindNames.Ended)
            {
                yield return $"Version {previous.Version} did not end it.";
            }
        }
    }

    private static bool IsAllowed(string from, string to) => from == to || (from, to) switch
    {
        (CallStatusNames.Pending, CallStatusNames.Ringing) or (CallStatusNames.Ringing, CallStatusNames.Active) => true,
        (CallStatusNames.Pending, CallStatusNames.Completed) => false,
        (_, CallStatusNames.Completed or CallStatusNames.Cancelled or CallStatusNames.Expired) => CallStatusNames.IsOpen(from),
        _ => false,
    };

    private static IEnumerable<string> CheckEnd(CallView call, IReadOnlyList<TimelineEntryView> timeline)
    {
        var ends = timeline.Where(entry => entry.Kind == TimelineKindNames.Ended).ToList();
        if (ends is not [var end])
        {
            yield return ends.Count == 0 ? "It never ended." : $"It ended {ends.Count} times.";
            yield break;
        }

        if (call.EndReason is not { } reason || end.Detail != reason || end.By != call.EndedBy || end.At != call.EndedAt)
        {
            yield return "How it ended is told differently by the call and by its timeline.";
            yield break;
        }

        if (!Explains(call, timeline, end, reason))
        {
            yield return $"Its timeline does not explain why it is {end.Status}, {end.Detail}.";
        }
    }

    private static bool Explains(CallView call, IReadOnlyList<TimelineEntryView> timeline, TimelineEntryView end, string reason)
    {
        bool Has(string kind) => timeline.Any(entry => entry.Kind == kind);
        bool EndedBy(string kind, string? by) =>
            by is not null && end.By == by && timeline.Any(entry => entry.Kind == kind && entry.By == by);
        var isAnswered = Has(TimelineKindNames.Answered);
        var ringTimedOut = !isAnswered && end.By is null && end.At >= call.RingDeadline;
        return (end.Status, reason) switch
        {
            (CallStatusNames.Completed, EndReasonNames.Hangup) => isAnswered && call.HasParticipant(end.By),
            (CallStatusNames.Cancelled, EndReasonNames.Hangup) =>
                isAnswered && call.HasParticipant(end.By) && EndedBy(TimelineKindNames.Cancelled, end.By),
            (CallStatusNames.Completed, EndReasonNames.ConnectionLost) => isAnswered && end.By is null,
            (CallStatusNames.Completed, EndReasonNames.MaxDuration) => isAnswered && end.By is null,
            (CallStatusNames.Cancelled, EndReasonNames.CallerLost) => !Has(TimelineKindNames.Active) && end.By is null,
            (CallStatusNames.Cancelled, EndReasonNames.CallerCancelled) =>
                !isAnswered && EndedBy(TimelineKindNames.Cancelled, call.InitiatorId),
            (CallStatusNames.Cancelled, EndReasonNames.Declined) => !isAnswered && EndedBy(TimelineKindNames.Declined, call.RecipientId),
            (CallStatusNames.Cancelled, EndReasonNames.Busy) => !isAnswered && !Has(TimelineKindNames.Ringing),
            (CallStatusNames.Expired, EndReasonNames.NoAnswer) => ringTimedOut && Has(TimelineKindNames.Ringing),
            (CallStatusNames.Expired, EndReasonNames.Unreachable) => ringTimedOut && !Has(TimelineKindNames.Ringing),
            (CallStatusNames.Expired, EndReasonNames.TokenExpired) => end.By is null && end.At >= call.ExpiresAt,
            // No user of the plan is staff, and no call of it fails for another reason.
            _ => false,
        };
    }
}
