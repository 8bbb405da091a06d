using Fayo.Calls.Bench.Measuring;
using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Bench.Calls;

/// <summary>What was measured.</summary>
/// <param name="Calls">How many calls ended while it was measured.</param>
/// <param name="Errors">How often a step failed, by step and reason.</param>
/// <param name="InviteTimes">From when a call was due until the callee had the invitation.</param>
/// <param name="CreateTimes">From when a call was due until the caller had the answer.</param>
/// <param name="CallTimes">From when a call was due until it had ended.</param>
/// <param name="Usage">The CPU time of everybody meanwhile.</param>
internal sealed record LoadResult(
    int Calls,
    IReadOnlyDictionary<string, int> Errors,
    Percentiles InviteTimes,
    Percentiles CreateTimes,
    Percentiles CallTimes,
    CpuUsage Usage)
{
    /// <summary>Milliseconds per call.</summary>
    /// <param name="seconds">Seconds for all calls.</param>
    public double PerCall(double seconds) => Math.Round(1000 * seconds / Math.Max(1, Calls), 3);

    /// <summary>
    /// The share of the machine that other programs, and other guests of its host, took, in percent: a disturbed run says little.
    /// Meaningful only where the processes of the service and of PostgreSQL are known.
    /// </summary>
    /// <param name="measured">How long was measured.</param>
    public double DisturbedPercent(TimeSpan measured)
    {
        var others = Math.Max(0, Usage.Busy - Usage.Server - Usage.Postgres - Usage.Driver) + Usage.Stolen;
        return Math.Round(100 * others / (measured.TotalSeconds * Environment.ProcessorCount));
    }
}
