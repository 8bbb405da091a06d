using Fayo.Calls.Gateway.Settings;

namespace Fayo.Calls.Gateway.Limits;

/// <summary>
/// Limits how many requests and hub invocations each user may make, to <see cref="GatewaySettings.RequestsPerSecond"/> in the long
/// run and to <see cref="GatewaySettings.RequestBurst"/> at once.
/// </summary>
/// <param name="settings">The limits.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts what is refused.</param>
internal sealed class RequestRate(GatewaySettings settings, TimeProvider time, LimitMetrics metrics)
{
    /// <summary>Only users with a valid token are counted, so there are no more than there are.</summary>
    private readonly KeyedBuckets<string> _users =
        new(settings.RequestBurst, settings.RequestsPerSecond, int.MaxValue, StringComparer.Ordinal, time);

    /// <summary>The number of users whose requests are being counted.</summary>
    public int UserCount => _users.Count;

    /// <summary>Counts a request.</summary>
    /// <param name="userId">The user who makes the request.</param>
    /// <param name="retryAfter">After how many seconds the user may make the next request, at least 1; 0 where this one may go on.</param>
    /// <returns>False where the request must not go on.</returns>
    public bool TryTake(string userId, out int retryAfter)
    {
        if (_users.TryTake(userId, out retryAfter))
        {
            return true;
        }

        metrics.RecordThrottled("user");
        return false;
    }
}
