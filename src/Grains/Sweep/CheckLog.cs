using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>
/// Logs that calls cannot be checked once, and not for each call and try; and once when all is well again. Safe to use from any thread.
/// </summary>
internal sealed class CheckLog(ILogger<CheckLog> logger, TimeProvider clock)
{
    /// <summary>Some calls can be checked while others cannot. All is well when none has failed for this long.</summary>
    private static readonly TimeSpan WellAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private int _failures;
    private long _failedAt;

    /// <summary>A call could not be checked.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="reason">Why.</param>
    /// <param name="pause">After how long it is tried again.</param>
    public void NoteFailed(string callId, string reason, TimeSpan pause)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _failures++ == 0;
            _failedAt = clock.GetTimestamp();
        }

        if (isFirst)
        {
            logger.CallNotChecked(callId, reason, pause);
        }
    }

    /// <summary>A call was checked.</summary>
    public void NoteChecked()
    {
        int failures;
        lock (_gate)
        {
            if (_failures == 0 || clock.GetElapsedTime(_failedAt) < WellAfter)
            {
                return;
            }

            failures = _failures;
            _failures = 0;
        }

        logger.CallsCheckedAgain(failures);
    }
}
