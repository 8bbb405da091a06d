using System.Buffers;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>The headers of the pages beside those of every answer: what they may do, and where they may connect to.</summary>
/// <param name="settings">What carries the media.</param>
internal sealed class PageHeaders(GatewaySettings settings)
{
    // Agora's Web SDK 4 connects to hosts of these two domains, and to media servers at other ports.
    private const string AgoraHosts = " https://*.agora.io:* wss://*.agora.io:* https://*.sd-rtn.com:* wss://*.sd-rtn.com:*";

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]");

    private readonly string _media = settings.Media == MediaProvider.Agora ? AgoraHosts : "";

    /// <summary>Sets the headers of the response.</summary>
    public void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; manifest-src 'self'; img-src 'self' data: blob:; "
            + "media-src 'self' blob: mediastream:; worker-src 'self' blob:; "
            + $"connect-src 'self'{SameHostSockets(context.Request)}{_media}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
        headers["Permissions-Policy"] = "camera=(self), microphone=(self)";
    }

    /// <summary>WebSockets to the page's own host, which older versions of Safari do not count as <c>'self'</c>.</summary>
    private static string SameHostSockets(HttpRequest request)
    {
        var host = request.Host.Value;
        return host is { Length: > 0 } && !host.AsSpan().ContainsAnyExcept(HostCharacters) ? $" ws://{host} wss://{host}" : "";
    }
}
