using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Bench.Connections;

/// <summary>How a reconnect storm went.</summary>
/// <param name="Synced">How many users came back and got the answer to <c>sync</c>.</param>
/// <param name="LastSynced">When the last of them did, counted from the drop.</param>
/// <param name="SyncTimes">From when each user was due to connect until the answer to <c>sync</c>.</param>
/// <param name="Errors">Attempts that failed; each was repeated.</param>
/// <param name="PeakBytes">The most memory that the service had in RAM meanwhile.</param>
internal sealed record StormResult(
    int Synced, TimeSpan LastSynced, Percentiles SyncTimes, IReadOnlyDictionary<string, int> Errors, long PeakBytes);
