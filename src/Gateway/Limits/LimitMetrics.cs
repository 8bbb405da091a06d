using System.Diagnostics.Metrics;

namespace Fayo.Calls.Gateway.Limits;

/// <summary>What is measured of limits, in the meter <c>Fayo.Calls.Gateway</c>.</summary>
internal sealed class LimitMetrics(IMeterFactory meters)
{
    /// <summary>The name of the meter of the whole gateway.</summary>
    public const string MeterName = "Fayo.Calls.Gateway";

    private readonly Counter<long> _throttled = meters.Create(MeterName).CreateCounter<long>(
        "fayo.calls.request.throttled", "{request}", "Requests and hub invocations that were refused because their user makes too many.");

    /// <summary>Counts a request that is refused because its user makes too many.</summary>
    public void RecordThrottled() => _throttled.Add(1);
}
