namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// Tells connections that are cut together from clients that go one by one: a proxy that is loaded again, or a network that fails, closes
/// many at the same moment, and says nothing about any of the clients.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class MassLosses(TimeProvider time)
{
    /// <summary>How many connections are cut together at least. Fewer close by chance.</summary>
    internal const int MinCount = 20;

    /// <summary>Which part of the silo's connections that is at least: one of several proxies may have been cut.</summary>
    internal const double MinShare = 0.2;

    /// <summary>How far apart they close.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<long> _closed = new();
    private long? _cutAt;

    /// <summary>A connection closed.</summary>
    /// <param name="open">How many are open now at this silo.</param>
    /// <returns>When, for <see cref="WasCut"/>.</returns>
    public long NoteClosed(int open)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            _closed.Enqueue(now);
            while (time.GetElapsedTime(_closed.Peek(), now) > Window)
            {
                _closed.Dequeue();
            }

            if (_closed.Count >= MinCount && _closed.Count >= MinShare * (open + _closed.Count))
            {
                _cutAt = now;
            }
        }

        return now;
    }

    /// <summary>Whether a connection was cut together with others. To be asked a little later: the first cannot know.</summary>
    /// <param name="closedAt">When it closed.</param>
    public bool WasCut(long closedAt)
    {
        lock (_lock)
        {
            return _cutAt is { } cutAt && time.GetElapsedTime(closedAt, cutAt).Duration() <= Window;
        }
    }
}
