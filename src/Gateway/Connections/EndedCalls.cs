namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// The calls of whose end users here were told recently. A silo that stood still may send what it had to tell before another silo ended
/// the call, and no client should hear of it.
/// </summary>
/// <remarks>
/// By user: each has a grain and a silo of their own, so that one may be told of the end while the step before it is still on its way to
/// the other. Remembers for a minute at least, and two at most. Safe to use from any thread.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class EndedCalls(TimeProvider time)
{
    /// <summary>How many ends are remembered in each half, so that a flood costs a few megabytes at most.</summary>
    private const int MaxEnds = 32_768;

    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Dictionary<(string UserId, string CallId), int> _recent = [];
    private Dictionary<(string UserId, string CallId), int> _older = [];
    private long _renewedAt = time.GetTimestamp();

    /// <summary>Notes a call of which a user is to be told.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="session">The call.</param>
    /// <returns>False where it is open in a version before the one in which the user was told that it has ended.</returns>
    public bool IsNews(string userId, CallSession session)
    {
        var key = (userId, session.Id);
        lock (_gate)
        {
            if (session.EndedAt is null)
            {
                return !IsBeforeEnd(_recent, key, session.Version) && !IsBeforeEnd(_older, key, session.Version);
            }

            if (_recent.Count >= MaxEnds || time.GetElapsedTime(_renewedAt) > HalfLife)
            {
                (_recent, _older) = (_older, _recent);
                _recent.Clear();
                _renewedAt = time.GetTimestamp();
            }

            _recent[key] = session.Version;
            return true;
        }
    }

    private static bool IsBeforeEnd(
        Dictionary<(string UserId, string CallId), int> ends, (string UserId, string CallId) key, int version) =>
        ends.TryGetValue(key, out var end) && version < end;
}
