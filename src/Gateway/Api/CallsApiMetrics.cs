using System.Diagnostics.Metrics;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Api;

/// <summary>What is measured of requests for calls, in the meter <c>Fayo.Calls.Gateway</c>.</summary>
internal sealed class CallsApiMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _refused = meters.Create(LimitMetrics.MeterName).CreateCounter<long>(
        "fayo.calls.call.refused", "{call}", "Calls that were asked for and refused.");

    /// <summary>Counts a call that is refused.</summary>
    /// <param name="error">What the caller is answered.</param>
    public void RecordRefused(ApiError error) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", error.Code));
}
