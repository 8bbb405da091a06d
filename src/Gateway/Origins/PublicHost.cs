using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Origins;

/// <summary>Finds the host name that browsers use for the service, and whether they use TLS.</summary>
internal static class PublicHost
{
    /// <summary>
    /// The host that the browser asked a proxy for, else the request's host. The header of the proxy can be trusted for checking
    /// origins: a page of another origin cannot have a browser send it without asking first (CORS preflight).
    /// </summary>
    public static HostString Read(HttpRequest request) =>
        ReadFirst(request, "X-Forwarded-Host") is { Length: > 0 } forwarded ? new HostString(forwarded) : request.Host;

    /// <summary>True where the browser uses TLS, to the service itself or to a proxy that says so.</summary>
    public static bool IsHttps(HttpRequest request) =>
        request.IsHttps || ReadFirst(request, "X-Forwarded-Proto").Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);

    private static string ReadFirst(HttpRequest request, string header) => request.Headers[header].ToString().Split(',')[0].Trim();
}
