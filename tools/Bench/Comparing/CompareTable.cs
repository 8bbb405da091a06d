using System.Globalization;

namespace Fayo.Calls.Bench.Comparing;

/// <summary>The table of a comparison, in Markdown.</summary>
internal static class CompareTable
{
    private static readonly string[] Head =
    [
        "", "calls/s", "invite p50 / p99, ms", "CPU per call, server + PostgreSQL, ms", "CPU to floor", "CPU to peer", "calls/s to peer",
        "memory, MB", "disturbed, %",
    ];

    /// <summary>Formats it.</summary>
    public static string Format(IReadOnlyList<ServerSummary> summaries)
    {
        List<string[]> rows = [Head, .. summaries.Select(Cells)];
        var widths = Enumerable.Range(0, Head.Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
        var lines = rows.Select(row => Line(row.Select((cell, column) => cell.PadRight(widths[column])))).ToList();
        lines.Insert(1, Line(widths.Select(width => new string('-', width))));
        return string.Join('\n', lines);
    }

    /// <summary>One turn in a few words, for whoever waits.</summary>
    public static string Describe(Turn turn) => string.Create(
        CultureInfo.InvariantCulture,
        $"round {turn.Round}, {turn.Server}: {turn.CallsPerSecond:F0} calls/s, invite {turn.Invite.P50:F1} / {turn.Invite.P99:F1} ms, "
        + $"CPU {turn.ServerCpu:F2} + {turn.PostgresCpu:F2} ms per call, {turn.Disturbed:F0} % disturbed{DescribeErrors(turn)}");

    private static string[] Cells(ServerSummary summary) =>
    [
        summary.Server + (summary.FailedSteps > 0 ? $" ({summary.FailedSteps} steps failed)" : ""),
        Number(summary.CallsPerSecond, "N0"),
        $"{Number(summary.InviteP50, "F1")} / {Number(summary.InviteP99, "F1")}",
        $"{Number(summary.ServerCpu, "F2")} + {Number(summary.PostgresCpu, "F2")}",
        Ratio(summary.CpuToFloor),
        Ratio(summary.CpuToPeer),
        Ratio(summary.CallsToPeer),
        Number(summary.Memory, "F0"),
        Number(summary.Disturbed, "F0"),
    ];

    private static string DescribeErrors(Turn turn) => string.Concat(turn.Errors.Select(error => $"; {error.Key}, {error.Value} times"));

    private static string Ratio(double? value) => value is { } ratio ? Number(ratio, "F2") : "";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
