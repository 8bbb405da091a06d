using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Handover;
using Fayo.Calls.Gateway.Hubs;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Origins;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>
/// The endpoint at which clients of Socket.IO connect: Engine.IO 4 over WebSockets. A WebSocket is accepted before there is a token, which
/// may come over it, so that a client is told why it is refused.
/// </summary>
/// <param name="origins">Which pages may connect.</param>
/// <param name="limits">How many sockets there may be.</param>
/// <param name="addresses">How often an address may fail to bring a valid token.</param>
/// <param name="unverified">Closes sockets over which no valid token comes.</param>
/// <param name="admission">Admits clients to the hub.</param>
/// <param name="logger">Logs refused pages.</param>
internal sealed class SocketIoEndpoint(
    OriginPolicy origins,
    HubSocketLimits limits,
    AddressRate addresses,
    UnverifiedConnections unverified,
    SocketIoAdmission admission,
    ILogger<SocketIoEndpoint> logger)
{
    /// <summary>Maps the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = ActivatorUtilities.CreateInstance<SocketIoEndpoint>(routes.ServiceProvider);
        routes.Map(BearerAuthentication.SocketIoPath, SocketHandover.BuildEndpoint(routes, endpoint.AcceptAsync)).ExcludeFromDescription();
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (Check(context) is { } error)
        {
            await error.WriteAsync(context);
            return;
        }

        var identity = context.User.VerifiedCaller is null ? null : context.User;
        var failure = identity is null ? (await context.AuthenticateAsync()).Failure : null;
        _ = await context.WebSockets.AcceptWebSocketAsync();
        var connection = SocketHandover.FindConnection(context);
        var client = new SocketIoClient(
            identity,
            failure,
            context.Connection.RemoteIpAddress,
            DeviceParameter.Read(context.Request),
            ClientOrigin.Of(context));
        connection.HandOverUnverified(new SocketIoHandshake(connection, client, admission, unverified).RunAsync, unverified);
    }

    private EngineIoError? Check(HttpContext context)
    {
        var request = context.Request;
        if (!origins.Accepts(request))
        {
            var refusal = origins.DescribeRefusal(request);
            logger.OriginRefused(refusal);
            return EngineIoError.Forbidden(refusal);
        }

        if (request.Query["EIO"] != "4")
        {
            return EngineIoError.UnsupportedVersion;
        }

        if (request.Query["transport"] != "websocket")
        {
            return EngineIoError.UnknownTransport;
        }

        if (request.Query.ContainsKey("sid"))
        {
            return EngineIoError.UnknownSession;
        }

        if (!HttpMethods.IsGet(request.Method))
        {
            return EngineIoError.BadMethod;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            return EngineIoError.BadRequest("This request does not open a WebSocket.");
        }

        return DeviceParameter.Check(request) is { } bad ? EngineIoError.BadRequest(bad.Detail) : CheckLimits(context);
    }

    private EngineIoError? CheckLimits(HttpContext context)
    {
        if (limits.AreAllTaken)
        {
            limits.Metrics.RecordRefused(ApiError.Overloaded.Code);
            return EngineIoError.Overloaded(ApiError.Overloaded.Detail);
        }

        // Who has brought no valid token yet may bring one, unless too many from there have not.
        return context.User.VerifiedCaller is not null || addresses.MayTake(context.Connection.RemoteIpAddress)
            ? null
            : EngineIoError.TooMany(ApiError.TooMany(1).Detail);
    }
}
