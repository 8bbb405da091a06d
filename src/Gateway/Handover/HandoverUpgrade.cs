using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Fayo.Calls.Gateway.Handover;

/// <summary>
/// The upgrade feature for ASP.NET Core's WebSockets, which check the handshake and write its headers. The response is sent when
/// the request ends, and the transport is then handed over, so the WebSocket that ASP.NET Core makes here is never used.
/// </summary>
/// <param name="context">The request.</param>
/// <param name="server">The server's own upgrade, which knows whether the request asks for one.</param>
internal sealed class HandoverUpgrade(HttpContext context, IHttpUpgradeFeature server) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => server.IsUpgradableRequest;

    public Task<Stream> UpgradeAsync()
    {
        context.Response.StatusCode = StatusCodes.Status101SwitchingProtocols;
        context.Response.Headers[HeaderNames.Connection] = HeaderNames.Upgrade;
        return Task.FromResult(Stream.Null);
    }
}
