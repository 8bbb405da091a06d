using System.Diagnostics.Metrics;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>What is measured of sockets, in the meter <c>Fayo.Calls.Gateway</c>.</summary>
internal sealed class SocketMetrics
{
    private readonly Counter<long> _closed;
    private readonly Counter<long> _refused;

    public SocketMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(LimitMetrics.MeterName);
        _closed = meter.CreateCounter<long>("fayo.calls.connection.closed", "{connection}", "Connections that the service closed.");
        _refused = meter.CreateCounter<long>(
            "fayo.calls.connection.refused", "{connection}", "Connections that became none of a hub, because there were too many.");
    }

    /// <summary>Counts a connection that the service closes.</summary>
    public void RecordClosed(DropReason reason) => _closed.Add(1, new KeyValuePair<string, object?>("reason", NameOf(reason)));

    /// <summary>Counts a connection that is refused, or closed before a valid token came over it.</summary>
    /// <param name="reason">A short name for the limit.</param>
    public void RecordRefused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private static string NameOf(DropReason reason) => reason switch
    {
        DropReason.QueueFull => "queue_full",
        DropReason.Slow => "slow",
        DropReason.NotClosing => "not_closing",
        DropReason.TokenExpired => "token_expired",
        DropReason.TooMany => "too_many",
        DropReason.TooManyConnections => "too_many_connections",
        DropReason.TooLarge => "too_large",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };
}
