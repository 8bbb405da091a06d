namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>What no two calls may be at once, by their timelines.</summary>
internal static class ArbitrationRules
{
    /// <summary>
    /// A timeline has the times at which things were decided; written they are a moment later, and the write is what counts:
    /// what one call gives back, another may have been waiting for.
    /// </summary>
    public static readonly TimeSpan WrittenWithin = TimeSpan.FromSeconds(1);

    /// <summary>Every call that rang between two people between whom another rang already, or that somebody had who had another.</summary>
    public static IEnumerable<Violation> Check(IReadOnlyList<LedgerCall> calls) =>
    [
        .. Overlaps(calls.SelectMany(Rings), "Two calls rang at once between"),
        .. Overlaps(calls.SelectMany(Talks), "Two calls were ACTIVE at once for"),
    ];

    /// <summary>From the call's creation until it is answered or over: then two people have one call, whoever of them called.</summary>
    private static IEnumerable<Span> Rings(LedgerCall ledger)
    {
        var (call, timeline) = ledger;
        if (call.RecipientId is { } recipient && timeline.Any(entry => entry.Kind == TimelineKind.Invited))
        {
            string[] pair = [call.InitiatorId, recipient];
            Array.Sort(pair, StringComparer.Ordinal);
            yield return new Span(string.Join(" and ", pair), call.Id, call.CreatedAt, call.RangUntil ?? DateTimeOffset.MaxValue);
        }
    }

    /// <summary>From the confirmation to the end, for either participant.</summary>
    private static IEnumerable<Span> Talks(LedgerCall ledger)
    {
        var (call, timeline) = ledger;
        if (timeline.FirstOrDefault(entry => entry.Kind == TimelineKind.Active) is not { } active)
        {
            yield break;
        }

        foreach (var user in new[] { call.InitiatorId, call.RecipientId! })
        {
            yield return new Span(user, call.Id, active.At, call.EndedAt ?? DateTimeOffset.MaxValue);
        }
    }

    private static IEnumerable<Violation> Overlaps(IEnumerable<Span> spans, string finding)
    {
        foreach (var group in spans.GroupBy(span => span.Of))
        {
            Span? last = null;
            foreach (var span in group.OrderBy(span => span.From))
            {
                if (last is not null && (last.Until < span.Until ? last.Until : span.Until) - span.From > WrittenWithin)
                {
                    yield return new Violation(
                        span.CallId, $"{finding} {group.Key}: this one from {LedgerTime.Of(span.From)}, and {last.CallId} until {LedgerTime.Of(last.Until)}.");
                }

                last = last is null || span.Until > last.Until ? span : last;
            }
        }
    }

    private sealed record Span(string Of, string CallId, DateTimeOffset From, DateTimeOffset Until);
}
