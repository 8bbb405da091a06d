using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Gateway.Sockets;

namespace Fayo.Calls.Gateway.Handover;

/// <summary>
/// The TCP connections over which no request with a valid token has come yet, the oldest first. There are at most
/// <see cref="GatewaySettings.UnverifiedConnections"/>: where there are more, the oldest goes, so that somebody who opens
/// connections without end does not keep out those who have a token and send it at once.
/// </summary>
/// <param name="settings">The limit.</param>
/// <param name="metrics">Counts what is closed.</param>
/// <param name="time">The clock.</param>
internal sealed class UnverifiedConnections(GatewaySettings settings, SocketMetrics metrics, TimeProvider time) : IDisposable
{
    /// <summary>How long a connection may stay open without a request, and after a handover without a token.</summary>
    private static readonly TimeSpan FirstRequestTimeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<HandoverConnection> _connections = new();
    private ITimer? _timer;

    /// <summary>Adds a connection that has just been opened.</summary>
    public void Add(HandoverConnection connection) => Restart(connection);

    /// <summary>Gives a connection over which a token is still to come the whole time for that, from now on.</summary>
    public void Restart(HandoverConnection connection)
    {
        HandoverConnection? oldest = null;
        lock (_gate)
        {
            RemoveLocked(connection);
            connection.Unverified = _connections.AddLast(connection);
            connection.OpenedAt = time.GetTimestamp();
            if (_connections.Count > settings.UnverifiedConnections)
            {
                oldest = _connections.First!.Value;
                RemoveLocked(oldest);
            }

            _timer ??= time.CreateTimer(static all => ((UnverifiedConnections)all!).CloseSilent(), this, Period, Period);
        }

        if (oldest is not null)
        {
            metrics.RecordRefused("unverified");
            oldest.Abort();
        }
    }

    /// <summary>Removes a connection that has closed, or over which a request with a valid token came.</summary>
    public void Remove(HandoverConnection connection)
    {
        if (connection.Unverified is null)
        {
            return;
        }

        lock (_gate)
        {
            RemoveLocked(connection);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void RemoveLocked(HandoverConnection connection)
    {
        if (connection.Unverified is { } node)
        {
            _connections.Remove(node);
            connection.Unverified = null;
        }
    }

    private void CloseSilent()
    {
        List<HandoverConnection> silent = [];
        lock (_gate)
        {
            for (var node = _connections.First; node is not null && IsOverdue(node.Value); node = node.Next)
            {
                if (!node.Value.HasRequest || node.Value.StaysUnverified)
                {
                    silent.Add(node.Value);
                }
            }

            silent.ForEach(RemoveLocked);
        }

        foreach (var connection in silent)
        {
            metrics.RecordRefused("silent");
            connection.Abort();
        }
    }

    private bool IsOverdue(HandoverConnection connection) => time.GetElapsedTime(connection.OpenedAt) >= FirstRequestTimeout;
}
