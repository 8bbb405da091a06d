namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// How many signals one connection may send. Two browsers that look for a way to each other send a few dozen in a second, and
/// then hardly any: what comes beyond that would only fill the queues of the other side.
/// </summary>
internal sealed class SignalAllowance(TimeProvider time)
{
    /// <summary>How many at once.</summary>
    internal const int Burst = 200;

    /// <summary>How many per second in the long run.</summary>
    internal const int PerSecond = 50;

    private double _left = Burst;
    private long _at = time.GetTimestamp();

    /// <summary>Takes one; false where it is too much.</summary>
    public bool TryTake()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(Burst, _left + (time.GetElapsedTime(_at, now).TotalSeconds * PerSecond));
        _at = now;
        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
