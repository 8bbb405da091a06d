using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Origins;

/// <summary>Finds the host by which browsers know the service, and whether they come by TLS.</summary>
internal static class PublicHost
{
    /// <summary>
    /// The host that a proxy was asked for, else the request's. No page of another origin can have its browser send that header
    /// without asking first, and so it gives away nothing.
    /// </summary>
    public static HostString Read(HttpRequest request) =>
        request.Headers["X-Forwarded-Host"].ToString().Split(',')[0].Trim() is { Length: > 0 } forwarded
            ? new HostString(forwarded)
            : request.Host;

    /// <summary>True where browsers come by TLS, to the service itself or to a proxy that says so.</summary>
    public static bool IsHttps(HttpRequest request) =>
        request.IsHttps || string.Equals(request.Headers["X-Forwarded-Proto"].ToString().Split(',')[0].Trim(), Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
}
