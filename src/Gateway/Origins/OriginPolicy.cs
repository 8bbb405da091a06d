using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Fayo.Calls.Gateway.Origins;

/// <summary>Decides which browser origins may use the service: its own, and those of the settings.</summary>
/// <param name="settings">The allowed origins.</param>
internal sealed class OriginPolicy(GatewaySettings settings) : IConfigureOptions<CorsOptions>
{
    private readonly bool _any = settings.AllowedOrigins.Contains("*", StringComparer.Ordinal);
    private readonly HashSet<string> _allowed =
        settings.AllowedOrigins.Select(origin => OriginText.Normalize(origin) ?? origin).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>True where a request comes from no browser, from the service's own origin, or from one that is allowed.</summary>
    /// <remarks>CORS does not cover WebSockets. A browser opens them to any server, and the server has to check the origin.</remarks>
    public bool Accepts(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        return IsSameOriginOrNone(request) || (origin.Count == 1 && IsAllowed(origin[0]!));
    }

    /// <summary>True where a request comes from no browser, or from the service's own origin.</summary>
    public static bool IsSameOriginOrNone(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        return origin.Count == 0 || (origin.Count == 1 && IsSameOrigin(origin[0]!, request.Host));
    }

    /// <summary>Says which origin was refused, and what it was compared with.</summary>
    public string DescribeRefusal(HttpRequest request) =>
        $"The origin {request.Headers.Origin} may not connect: the service sees itself at {request.Scheme}://{request.Host}, "
        + $"and WS_ALLOWED_ORIGINS allows {(_allowed.Count == 0 ? "no other" : string.Join(", ", _allowed))}.";

    public void Configure(CorsOptions options) => options.AddDefaultPolicy(policy => policy
        .SetIsOriginAllowed(IsAllowed)
        .AllowAnyHeader()
        .AllowAnyMethod()
        // SignalR's browser client requires it. The only cookie is that of Orleans' dashboard, which browsers send from no other site.
        .AllowCredentials()
        .WithExposedHeaders(HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate)
        .SetPreflightMaxAge(TimeSpan.FromHours(1)));

    private bool IsAllowed(string origin) => _any || _allowed.Contains(origin);

    private static bool IsSameOrigin(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase)
        // Behind a proxy that terminates TLS the scheme differs, and with it the default port.
        && (host.Port is { } port ? port == uri.Port : uri.IsDefaultPort);
}
