using System.Diagnostics.Metrics;

namespace Fayo.Calls.Gateway.Limits;

/// <summary>What is measured of limits, in the meter <c>Fayo.Calls.Gateway</c>.</summary>
internal sealed class LimitMetrics(IMeterFactory meters)
{
    /// <summary>The name of the meter of the whole gateway.</summary>
    public const string MeterName = "Fayo.Calls.Gateway";

    private readonly Counter<long> _throttled = meters.Create(MeterName).CreateCounter<long>(
        "fayo.calls.request.throttled", "{request}", "Requests and hub invocations that were refused because there were too many.");

    /// <summary>Counts a request that is refused because there are too many.</summary>
    /// <param name="limit">Whose limit it was: <c>user</c> or <c>address</c>.</param>
    public void RecordThrottled(string limit) => _throttled.Add(1, new KeyValuePair<string, object?>("limit", limit));
}
