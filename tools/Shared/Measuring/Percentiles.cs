namespace Fayo.Calls.Tools.Measuring;

/// <summary>Percentiles of durations, in milliseconds.</summary>
/// <param name="N">How many durations there were.</param>
/// <param name="P50">The median.</param>
/// <param name="P95">The 95th percentile.</param>
/// <param name="P99">The 99th percentile.</param>
/// <param name="Max">The longest.</param>
public sealed record Percentiles(int N, double P50, double P95, double P99, double Max);
