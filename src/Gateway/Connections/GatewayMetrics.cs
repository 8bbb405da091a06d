using System.Diagnostics.Metrics;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>The gateway's metrics, in the meter <c>Fayo.Calls.Gateway</c>.</summary>
internal sealed class GatewayMetrics
{
    private readonly UpDownCounter<int> _connections;
    private readonly Counter<int> _dropped;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Fayo.Calls.Gateway");
        _connections = meter.CreateUpDownCounter<int>("fayo.calls.connections", "{connection}", "Connections of users that are open here.");
        _dropped = meter.CreateCounter<int>(
            "fayo.calls.connections.dropped", "{connection}", "Connections closed because they were too slow.");
    }

    public void ConnectionOpened() => _connections.Add(1);

    public void ConnectionClosed() => _connections.Add(-1);

    public void ConnectionDropped(DropReason reason) => _dropped.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
}
