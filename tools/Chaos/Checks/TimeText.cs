using System.Globalization;

namespace Fayo.Calls.Chaos.Checks;

/// <summary>Formats the times in violations.</summary>
internal static class TimeText
{
    /// <summary>The time of day, UTC, to the millisecond; a dash where there is none.</summary>
    public static string Of(DateTimeOffset? at) => at is { } known ? known.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) : "-";
}
