using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Rest;
using Fayo.Calls.Gateway.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>Refuses, before the upgrade, what must not become a connection of the hub.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="origins">Which browsers may connect.</param>
internal sealed class HubEntrance(RequestDelegate next, OriginPolicy origins)
{
    private const string DeviceParameter = "device";

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } metadata && metadata.GetMetadata<HubMetadata>() is not null
        && Check(context, isNegotiation: metadata.GetMetadata<NegotiateMetadata>() is not null) is { } refusal
            ? Problem.WriteAsync(context, refusal)
            : next(context);

    /// <summary>The device that a connection names; null where it names none.</summary>
    public static string? ReadDevice(HttpRequest request) =>
        request.Query.TryGetValue(DeviceParameter, out var device) ? device.ToString() : null;

    private Refusal? Check(HttpContext context, bool isNegotiation)
    {
        if (!origins.Accepts(context.Request))
        {
            return Refusal.Forbidden("This origin may not connect.");
        }

        if (ReadDevice(context.Request) is { } device && (device.Length is 0 or > GatewayLimits.DeviceIdLength || device.Contains('\0')))
        {
            return Refusal.BadValue(DeviceParameter, $"has to have 1 to {GatewayLimits.DeviceIdLength} characters");
        }

        return isNegotiation || IsWebSocket(context) ? null : Refusal.Malformed("This path is for WebSockets.");
    }

    private static bool IsWebSocket(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };
}
