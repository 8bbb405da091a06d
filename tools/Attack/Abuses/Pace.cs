using System.Diagnostics;

namespace Fayo.Calls.Attack.Abuses;

/// <summary>
/// Spreads what an abuse sends evenly over time. The attacker shares the machine with the service: without a pace its own work would be
/// what normal users notice.
/// </summary>
/// <param name="perSecond">How much is sent in a second at most, over all connections.</param>
internal sealed class Pace(int perSecond)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _number;

    /// <summary>Waits until the next may be sent. Returns at once where it is cancelled.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        var due = _start + (Interlocked.Increment(ref _number) * Stopwatch.Frequency / perSecond);
        var now = Stopwatch.GetTimestamp();
        if (due > now)
        {
            await Task.Delay(Stopwatch.GetElapsedTime(now, due), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
