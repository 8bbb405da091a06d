using System.Globalization;

namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>Times as the findings tell them.</summary>
internal static class LedgerTime
{
    /// <summary>The time of day, UTC, to the millisecond; a dash where there is none.</summary>
    public static string Of(DateTimeOffset? at) => at is { } known ? known.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) : "-";
}
