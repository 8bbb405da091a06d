using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Attack;

/// <summary>What an abuse did to normal users and to the service.</summary>
/// <param name="Name">The abuse.</param>
/// <param name="Before">Invitations of normal users before it.</param>
/// <param name="During">Invitations of normal users during it.</param>
/// <param name="Errors">Calls of normal users that failed during it.</param>
/// <param name="LeftOut">Calls of normal users that were due while all of them were still in slow calls.</param>
/// <param name="Answers">What the attacker was answered.</param>
/// <param name="MemoryBefore">Resident memory of the service before it, MB.</param>
/// <param name="MemoryAfter">Resident memory of the service after it and a time to settle, MB.</param>
internal sealed record AbuseResult(
    string Name,
    Percentiles Before,
    Percentiles During,
    Tally Errors,
    int LeftOut,
    Tally Answers,
    double MemoryBefore,
    double MemoryAfter)
{
    /// <summary>Invitations may take twice as long at the 99th percentile, or this many milliseconds where that is more.</summary>
    private const double LatencyFloor = 30;

    private const double MaxMemoryGrowth = 50;

    /// <summary>What is not as it should be; empty where everything is.</summary>
    public IReadOnlyList<string> Violations =>
    [
        .. During.N == 0 ? ["no invitation arrived"] : Array.Empty<string>(),
        .. LeftOut > 0 || During.P99 > Math.Max(LatencyFloor, 2 * Before.P99) ? ["slow"] : Array.Empty<string>(),
        .. Errors.Total > 0 ? ["errors"] : Array.Empty<string>(),
        .. MemoryAfter > MemoryBefore + MaxMemoryGrowth ? ["memory"] : Array.Empty<string>(),
    ];
}
