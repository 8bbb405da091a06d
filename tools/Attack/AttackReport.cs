using System.Globalization;

namespace Fayo.Calls.Attack;

/// <summary>Prints the results, a line an abuse.</summary>
internal static class AttackReport
{
    /// <summary>Prints the heading.</summary>
    public static Task PrintHeadingAsync() => PrintAsync(
        "abuse", "p50 before/in", "p99 before/in", "MB bef./after", "verdict", "answers to the attacker; failed calls of normal users");

    /// <summary>Prints a line.</summary>
    public static Task PrintAsync(AbuseResult result) => PrintAsync(
        result.Name,
        Format($"{result.Before.P50:0.0} / {result.During.P50:0.0}"),
        Format($"{result.Before.P99:0.0} / {result.During.P99:0.0}"),
        Format($"{result.MemoryBefore:0} / {result.MemoryAfter:0}"),
        result.Violations.Count == 0 ? "ok" : string.Join(", ", result.Violations),
        string.Concat(
            result.Answers.ToString(),
            AfterSemicolon(result.Errors.Total, result.Errors),
            AfterSemicolon(result.LeftOut, $"left out ×{result.LeftOut}")));

    private static string AfterSemicolon(int count, object what) => count == 0 ? "" : $"; {what}";

    private static Task PrintAsync(string name, string median, string tail, string memory, string verdict, string answers) =>
        Console.Out.WriteLineAsync($"{name,-28}{median,16}{tail,16}{memory,16}  {verdict,-32}{answers}");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
