using System.Text;
using System.Text.Json;

namespace Fayo.Calls.Tools;

/// <summary>Formats a call's timeline as a table for people.</summary>
public static class TimelineTable
{
    private static readonly string[] Columns = ["version", "at", "kind", "by", "device", "status", "detail"];

    /// <summary>One line per entry, under a heading.</summary>
    /// <param name="timeline">The timeline as the REST interface answers it: an array.</param>
    /// <param name="colors">Colours the heading.</param>
    public static string Format(JsonElement timeline, TerminalColors colors)
    {
        string[][] rows = [.. timeline.EnumerateArray().Select(entry => Columns.Select(column => Cell(entry, column)).ToArray())];
        int[] widths = [.. Columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max())];
        string Line(string[] cells) => string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd();

        var table = new StringBuilder().AppendLine(colors.Bold(Line(Columns)));
        foreach (var row in rows)
        {
            table.AppendLine(Line(row));
        }

        return table.ToString();
    }

    private static string Cell(JsonElement entry, string column) =>
        entry.TryGetProperty(column, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";
}
