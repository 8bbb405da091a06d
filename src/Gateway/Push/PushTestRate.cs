using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Push;

/// <summary>Limits how often users have their devices pushed to see whether that works.</summary>
/// <param name="time">The clock.</param>
internal sealed class PushTestRate(TimeProvider time)
{
    private const int Burst = 3;

    private readonly KeyedBuckets<string> _users = new(Burst, perSecond: 1, int.MaxValue, StringComparer.Ordinal, time);

    /// <summary>Counts a test.</summary>
    /// <param name="userId">Whose device.</param>
    /// <param name="retryAfter">After how many seconds the user may try again; 0 where this test may go on.</param>
    /// <returns>False where it must not.</returns>
    public bool TryTake(string userId, out int retryAfter) => _users.TryTake(userId, out retryAfter);
}
