using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Handover;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Origins;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>
/// The two endpoints of a hub: SignalR's negotiation, and the WebSocket. A request that must not become a connection is refused
/// before the upgrade.
/// </summary>
/// <remarks>
/// The negotiation is not stored, so that the WebSocket may reach another silo than the negotiation did. Load balancers need no
/// sticky sessions. Protocol: https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/TransportProtocols.md
/// </remarks>
/// <typeparam name="THub">The hub.</typeparam>
internal sealed class HubEndpoints<THub>(
    OriginPolicy origins, HubConnectionHandler<THub> hub, HubSocketLimits limits, ILogger<HubEndpoints<THub>> logger)
    where THub : Hub
{
    private const int TokenBytes = 16;
    private const int MaxTokenLength = 128;

    private static readonly NegotiatedTransport[] Transports = [new("WebSockets", ["Text"])];

    private readonly ConnectionDelegate _hub = hub.OnConnectedAsync;

    /// <summary>Maps both endpoints under a path. Who may use them the policies say; without policies, every verified caller.</summary>
    /// <returns>The endpoint of the WebSocket, for more metadata.</returns>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string path, params string[] policies)
    {
        var endpoints = ActivatorUtilities.CreateInstance<HubEndpoints<THub>>(routes.ServiceProvider);
        var group = routes.MapGroup(path).RequireAuthorization(policies).ExcludeFromDescription();
        group.MapPost("/negotiate", endpoints.NegotiateAsync);
        return group.Map("", SocketHandover.BuildEndpoint(routes, endpoints.AcceptAsync));
    }

    private Task NegotiateAsync(HttpContext context)
    {
        if (Check(context.Request) is { } error)
        {
            return ProblemResult.WriteAsync(context, error);
        }

        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenBytes));
        var version = context.Request.Query["negotiateVersion"] == "1" ? 1 : 0;
        return context.Response.WriteAsJsonAsync(
            new Negotiation(version, IdentifierOf(token), version == 0 ? null : token, Transports), context.RequestAborted);
    }

    private async Task AcceptAsync(HttpContext context)
    {
        var error = Check(context.Request)
            ?? (context.WebSockets.IsWebSocketRequest
                ? limits.FindRefusal(context.User.Caller.UserId)
                : ApiError.Malformed("This path is for WebSockets."));
        if (error is not null)
        {
            await ProblemResult.WriteAsync(context, error);
            return;
        }

        _ = await context.WebSockets.AcceptWebSocketAsync();
        var ticket = new HubSocketTicket(
            IdentifierOf(context.Request.Query["id"]),
            context.User.Caller.UserId,
            context.User,
            context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc ?? DateTimeOffset.MaxValue,
            DeviceParameter.Read(context.Request),
            context.User.Caller.IsStaff ? ClientOrigin.Of(context) : null);
        SocketHandover.FindConnection(context).HandOver(transport => new HubSocket(transport, ticket, limits).RunAsync(_hub));
    }

    private ApiError? Check(HttpRequest request)
    {
        if (!origins.Accepts(request))
        {
            var refusal = origins.DescribeRefusal(request);
            logger.OriginRefused(refusal);
            return ApiError.Forbidden(refusal);
        }

        if (DeviceParameter.Check(request) is { } badDevice)
        {
            return badDevice;
        }

        return request.Query["id"].ToString().Length > MaxTokenLength
            ? ApiError.BadValue("id", $"has to have at most {MaxTokenLength} characters")
            : null;
    }

    /// <summary>
    /// The public identifier of the connection that a negotiation's token opens. It is a hash of the token, so that it does not
    /// reveal the token, and every silo can compute it. A connection without negotiation has a random identifier.
    /// </summary>
    private static string IdentifierOf(string? token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (string.IsNullOrEmpty(token))
        {
            RandomNumberGenerator.Fill(hash);
        }
        else
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        }

        return WebEncoders.Base64UrlEncode(hash[..TokenBytes]);
    }

    private sealed record Negotiation(
        [property: JsonPropertyName("negotiateVersion")] int NegotiateVersion,
        [property: JsonPropertyName("connectionId")] string ConnectionId,
        [property: JsonPropertyName("connectionToken")] string? ConnectionToken,
        [property: JsonPropertyName("availableTransports")] IReadOnlyList<NegotiatedTransport> AvailableTransports);

    private sealed record NegotiatedTransport(
        [property: JsonPropertyName("transport")] string Transport,
        [property: JsonPropertyName("transferFormats")] IReadOnlyList<string> TransferFormats);
}
