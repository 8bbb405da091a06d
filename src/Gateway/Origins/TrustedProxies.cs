using System.Globalization;
using System.Net;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace Fayo.Calls.Gateway.Origins;

/// <summary>
/// Has a request look as its browser sent it: host, port, scheme and path prefix are those that the proxies in front of the service
/// declare. Only
/// proxies of <see cref="GatewaySettings.TrustedProxies"/> are believed; what anybody else claims is ignored.
/// </summary>
internal static class TrustedProxies
{
    private const string PortHeader = "X-Forwarded-Port";

    /// <summary>The first step of every request.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app, GatewaySettings settings)
    {
        if (settings.TrustedProxies.Count == 0)
        {
            return;
        }

        app.Use((context, next) =>
        {
            // Read now: once the headers are applied, the remote address is the browser's.
            if (ReadPort(context.Request) is { } port && IsTrusted(context, settings))
            {
                context.Features.Set(new DeclaredPort(port));
            }

            return next(context);
        });
        app.UseForwardedHeaders(CreateOptions(settings));
        app.Use((context, next) =>
        {
            ApplyPort(context);
            return next(context);
        });
    }

    private static ForwardedHeadersOptions CreateOptions(GatewaySettings settings)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.TrustedProxies)
        {
            options.KnownIPNetworks.Add(network);
        }

        return options;
    }

    private static bool IsTrusted(HttpContext context, GatewaySettings settings) =>
        context.Connection.RemoteIpAddress is { } address
        && settings.TrustedProxies.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    /// <summary>The port that the browser used, where a proxy declares it; the nearest to the browser comes first.</summary>
    private static int? ReadPort(HttpRequest request)
    {
        var first = request.Headers[PortHeader] is { Count: > 0 } values ? values.ToString().Split(',')[0].Trim() : null;
        return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort
            ? port
            : null;
    }

    /// <summary>Adds the declared port to a host that names none, unless it is the scheme's own.</summary>
    private static void ApplyPort(HttpContext context)
    {
        var request = context.Request;
        if (context.Features.Get<DeclaredPort>()?.Port is { } port && request.Host.Port is null && port != (request.IsHttps ? 443 : 80))
        {
            request.Host = new HostString(request.Host.Host, port);
        }
    }

    private sealed record DeclaredPort(int Port);
}
