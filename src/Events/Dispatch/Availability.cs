namespace Fayo.Calls.Events.Dispatch;

/// <summary>
/// Whether a destination takes events, as far as this silo knows. One that does not is left alone, at first for a second, then twice as
/// long each time, up to a minute; or for as long as it asks for, from a second to an hour. Safe to use from any thread.
/// </summary>
internal sealed class Availability(TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxAskedPause = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _availableAt = DateTimeOffset.MinValue;
    private int _failures;

    /// <summary>When it may be tried again; a time that has passed where it may be tried now.</summary>
    public DateTimeOffset AvailableAt
    {
        get
        {
            lock (_gate)
            {
                return _availableAt;
            }
        }
    }

    /// <summary>True where it did not take anything when it was last tried.</summary>
    public bool IsFailing
    {
        get
        {
            lock (_gate)
            {
                return _failures > 0;
            }
        }
    }

    /// <summary>It has taken an event, or has refused just that one.</summary>
    /// <returns>Whether that is news.</returns>
    public bool NoteAvailable()
    {
        lock (_gate)
        {
            var wasFailing = _failures > 0;
            (_failures, _availableAt) = (0, DateTimeOffset.MinValue);
            return wasFailing;
        }
    }

    /// <summary>It does not take anything at the moment.</summary>
    /// <param name="retryAfter">After how long it will; null where that is unknown.</param>
    /// <returns>Whether that is news.</returns>
    public bool NoteUnavailable(TimeSpan? retryAfter)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            TimeSpan? asked = retryAfter is { } pauseAsked
                ? TimeSpan.FromTicks(Math.Clamp(pauseAsked.Ticks, FirstPause.Ticks, MaxAskedPause.Ticks))
                : null;
            if (now < _availableAt)
            {
                // Another event that was on its way at the same time. It counts once.
                _availableAt = asked is { } longer && now + longer > _availableAt ? now + longer : _availableAt;
                return false;
            }

            var pause = FirstPause * Math.Pow(2, Math.Min(_failures, 10));
            _availableAt = now + (asked ?? (pause < MaxPause ? pause : MaxPause));
            return _failures++ == 0;
        }
    }
}
