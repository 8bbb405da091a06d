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
    CpuUsage Usage);
