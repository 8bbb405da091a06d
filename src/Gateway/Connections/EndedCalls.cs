namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// The calls of which clients here were told recently that they have ended. A silo that stood still may send what it had to tell before
/// another silo ended the call, and no client should hear of it.
/// </summary>
/// <remarks>
/// Nothing follows on an end. To a recipient who blocks the caller while it rings, though, a call only looks ended: what comes after that
/// is news, to the caller and to others who are connected here. Remembers for a minute at least, and two at most. Safe to use from any
/// thread.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class EndedCalls(TimeProvider time)
{
    /// <summary>How many calls are remembered in each half, so that a flood costs a few megabytes at most.</summary>
    private const int MaxCalls = 32_768;

    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Dictionary<string, int> _recent = new(StringComparer.Ordinal);
    private Dictionary<string, int> _older = new(StringComparer.Ordinal);
    private long _renewedAt = time.GetTimestamp();

    /// <summary>Notes a call of which clients are to be told.</summary>
    /// <param name="session">The call.</param>
    /// <returns>False where it is open in a version before the one in which they were told that it has ended.</returns>
    public bool IsNews(CallSession session)
    {
        lock (_gate)
        {
            if (session.EndedAt is null)
            {
                return !IsBeforeEnd(_recent, session) && !IsBeforeEnd(_older, session);
            }

            if (_recent.Count >= MaxCalls || time.GetElapsedTime(_renewedAt) > HalfLife)
            {
                (_recent, _older) = (_older, _recent);
                _recent.Clear();
                _renewedAt = time.GetTimestamp();
            }

            _recent[session.Id] = session.Version;
            return true;
        }
    }

    private static bool IsBeforeEnd(Dictionary<string, int> ended, CallSession session) =>
        ended.TryGetValue(session.Id, out var version) && session.Version < version;
}
