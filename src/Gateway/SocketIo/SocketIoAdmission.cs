using System.Security.Claims;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Hubs;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>
/// Decides which clients of Socket.IO get a connection of the hub, by their tokens and the same limits as those of SignalR.
/// </summary>
/// <param name="tokens">Verifies tokens.</param>
/// <param name="users">How often a user may ask.</param>
/// <param name="addresses">How often an address may fail to bring a valid token.</param>
/// <param name="limits">How many sockets there may be.</param>
/// <param name="hub">Serves connections.</param>
internal sealed class SocketIoAdmission(
    CallerTokenHandler tokens, RequestRate users, AddressRate addresses, HubSocketLimits limits, HubConnectionHandler<CallsHub> hub)
{
    private const string Scheme = "Bearer ";

    private static readonly TokenValidationParameters NoParameters = new();

    private readonly ConnectionDelegate _hub = hub.OnConnectedAsync;

    /// <summary>The limits of all sockets.</summary>
    public HubSocketLimits Limits => limits;

    /// <summary>Serves a socket whose client was admitted.</summary>
    public Task ServeAsync(HubSocket socket) => socket.RunAsync(_hub);

    /// <summary>Finds out who a client is and whether it may connect.</summary>
    /// <param name="client">The client.</param>
    /// <param name="token">The token that it brings with its packet; null where that has none, and its request's counts.</param>
    /// <returns>The user, or the error.</returns>
    public async Task<(ClaimsPrincipal? User, ApiError? Error)> AdmitAsync(SocketIoClient client, string? token)
    {
        var (user, failure) = token is null ? (client.User, client.Failure) : await VerifyAsync(token);
        if (user is null)
        {
            return (null, addresses.TryTake(client.Address, out var wait) ? CallerTokenHandler.Refuse(failure) : ApiError.TooMany(wait));
        }

        // A request with a valid token has been counted already.
        if (user != client.User && !users.TryTake(user.Caller.UserId, out var retryAfter))
        {
            return (null, ApiError.TooMany(retryAfter));
        }

        var error = limits.FindRefusal(user.Caller.UserId);
        return (error is null ? user : null, error);
    }

    private async Task<(ClaimsPrincipal? User, Exception? Failure)> VerifyAsync(string token)
    {
        var text = token.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? token[Scheme.Length..] : token;
        var result = await tokens.ValidateTokenAsync(text, NoParameters);
        return result.IsValid ? (new ClaimsPrincipal(result.ClaimsIdentity), null) : (null, result.Exception);
    }
}
