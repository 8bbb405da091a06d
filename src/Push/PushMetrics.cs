using System.Diagnostics.Metrics;

namespace Fayo.Calls.Push;

/// <summary>What is measured of pushes, in the meter <c>Fayo.Calls.Push</c>.</summary>
internal sealed class PushMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _pushes = meters.Create("Fayo.Calls.Push").CreateCounter<long>(
        "fayo.calls.push.finished", "{push}", "Pushes that a push service took, or that were given up.");

    /// <summary>Counts a push.</summary>
    public void Record(PushPlatform platform, PushOutcome outcome) => _pushes.Add(
        1,
        new KeyValuePair<string, object?>("platform", WireNames.Of(platform)),
        new KeyValuePair<string, object?>("outcome", WireNames.Of(outcome)));
}
