namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// The calls of which clients here were told recently that they have ended. A silo that stood still may send what it had to tell before
/// another silo ended the call, and no client should hear of it.
/// </summary>
/// <remarks>Remembers for a minute at least, and two at most. Safe to use from any thread.</remarks>
/// <param name="time">The clock.</param>
internal sealed class EndedCalls(TimeProvider time)
{
    /// <summary>How many calls are remembered in each half, so that a flood costs a few megabytes at most.</summary>
    private const int MaxCalls = 32_768;

    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private HashSet<string> _recent = new(StringComparer.Ordinal);
    private HashSet<string> _older = new(StringComparer.Ordinal);
    private long _renewedAt = time.GetTimestamp();

    /// <summary>Notes a call of which clients are to be told.</summary>
    /// <param name="session">The call.</param>
    /// <returns>False where it is open, and they were told that it has ended.</returns>
    public bool IsNews(CallSession session)
    {
        lock (_gate)
        {
            if (session.EndedAt is null)
            {
                return !_recent.Contains(session.Id) && !_older.Contains(session.Id);
            }

            if (_recent.Count >= MaxCalls || time.GetElapsedTime(_renewedAt) > HalfLife)
            {
                (_recent, _older) = (_older, _recent);
                _recent.Clear();
                _renewedAt = time.GetTimestamp();
            }

            _recent.Add(session.Id);
            return true;
        }
    }
}
