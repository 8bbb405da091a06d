using System.Text;
using System.Text.Json;

namespace Fayo.Calls.Cli;

/// <summary>A timeline as a table for people.</summary>
internal static class TimelineTable
{
    private static readonly string[] Columns = ["version", "at", "kind", "by", "device", "status", "detail"];

    /// <summary>One line per entry, under a heading.</summary>
    public static string Format(JsonElement timeline, Paint paint)
    {
        string[][] rows = [.. timeline.EnumerateArray().Select(entry => Columns.Select(column => Cell(entry, column)).ToArray())];
        int[] widths = [.. Columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max())];
        string Line(string[] cells) => string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd();

        var table = new StringBuilder().AppendLine(paint.Strong(Line(Columns)));
        foreach (var row in rows)
        {
            table.AppendLine(Line(row));
        }

        return table.ToString();
    }

    private static string Cell(JsonElement entry, string column) =>
        entry.TryGetProperty(column, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";
}
