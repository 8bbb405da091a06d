using System.Collections.Concurrent;
using System.Globalization;
using Fayo.Calls.Gateway.Auth;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Audit;

/// <summary>
/// Records that somebody was refused what their token does not allow. Repeated attempts do not fill the audit: within ten seconds
/// the same route is recorded once for the same user, and the next entry says how often it was tried meanwhile.
/// </summary>
/// <param name="audit">The audit.</param>
/// <param name="time">The clock.</param>
internal sealed class RefusedAccess(AuditTrail audit, TimeProvider time)
{
    private const int MaxKnown = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string UserId, string Route), Attempts> _known = new();

    /// <summary>Records a refused request, unless the same was recorded a moment ago.</summary>
    public void Record(HttpContext http)
    {
        var route = $"{http.Request.Method} {(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}";
        if (_known.Count > MaxKnown)
        {
            _known.Clear();
        }

        var attempts = _known.GetOrAdd((http.User.Caller.UserId, route), _ => new Attempts());
        int more;
        lock (attempts)
        {
            if (attempts.RecordedAt is { } at && time.GetElapsedTime(at) < Interval)
            {
                attempts.More++;
                return;
            }

            more = attempts.More;
            (attempts.RecordedAt, attempts.More) = (time.GetTimestamp(), 0);
        }

        audit.Record(
            http,
            AuditAction.Refused,
            StatusCodes.Status403Forbidden,
            detail: more == 0 ? route : string.Create(CultureInfo.InvariantCulture, $"{route}, and {more} more before"));
    }

    private sealed class Attempts
    {
        public long? RecordedAt { get; set; }

        public int More { get; set; }
    }
}
