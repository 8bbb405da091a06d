using System.Diagnostics.Metrics;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>What is measured of sockets, in the meter <c>Fayo.Calls.Gateway</c>.</summary>
internal sealed class SocketMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _closed = meters.Create(LimitMetrics.MeterName).CreateCounter<long>(
        "fayo.calls.connection.closed", "{connection}", "Connections that the service closed.");

    /// <summary>Counts a connection that the service closes.</summary>
    public void RecordClosed(DropReason reason) => _closed.Add(1, new KeyValuePair<string, object?>("reason", NameOf(reason)));

    private static string NameOf(DropReason reason) => reason switch
    {
        DropReason.QueueFull => "queue_full",
        DropReason.Slow => "slow",
        DropReason.NotClosing => "not_closing",
        DropReason.TooMany => "too_many",
        DropReason.TooManyConnections => "too_many_connections",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };
}
