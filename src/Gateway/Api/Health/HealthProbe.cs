using System.Text.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fayo.Calls.Gateway.Api.Health;

/// <summary>
/// Answers whether the service is ready. The health checks run at most ten times a second, however often somebody asks.
/// </summary>
/// <param name="checks">Runs the health checks.</param>
/// <param name="time">The clock.</param>
internal sealed class HealthProbe(HealthCheckService checks, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(100);

    private static readonly CachedJson Well = Document("ok");
    private static readonly CachedJson NotReady = Document("not ready");

    private volatile Task<bool>? _latest;
    private long _checkedAt;

    /// <summary>Answers that the process is there.</summary>
    public static Task WriteLiveAsync(HttpContext context) => WriteAsync(context, isWell: true);

    /// <summary>Answers whether all health checks tagged <see cref="HealthApi.ReadyTag"/> pass: 200 or 503.</summary>
    public async Task WriteReadyAsync(HttpContext context) => await WriteAsync(context, await CheckAsync());

    private static Task WriteAsync(HttpContext context, bool isWell)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store, no-cache";
        headers.Pragma = "no-cache";
        headers.Expires = "Thu, 01 Jan 1970 00:00:00 GMT";
        return isWell ? Well.WriteAsync(context) : NotReady.WriteAsync(context, StatusCodes.Status503ServiceUnavailable);
    }

    private static CachedJson Document(string status) => new(
        JsonSerializer.SerializeToUtf8Bytes(new HealthBody(status), GatewayJson.Instance.HealthBody), "application/json");

    private Task<bool> CheckAsync()
    {
        var (latest, checkedAt) = (_latest, Interlocked.Read(ref _checkedAt));
        if (latest is not null
            && (time.GetElapsedTime(checkedAt) < MaxAge
                || Interlocked.CompareExchange(ref _checkedAt, time.GetTimestamp(), checkedAt) != checkedAt))
        {
            return latest;
        }

        return _latest = RunChecksAsync();
    }

    private async Task<bool> RunChecksAsync()
    {
        var report = await checks.CheckHealthAsync(check => check.Tags.Contains(HealthApi.ReadyTag));
        return report.Status != HealthStatus.Unhealthy;
    }
}
