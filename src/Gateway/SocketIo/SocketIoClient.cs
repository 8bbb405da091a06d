using System.Net;
using System.Security.Claims;
using Fayo.Calls.Gateway.Audit;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>What is known of a client from its request for a WebSocket.</summary>
/// <param name="User">Who it is, where the request had a valid token; else null.</param>
/// <param name="Failure">Why the request's token is not valid; null where it has none, or a valid one.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="DeviceId">The name of its device; null where it does not name it.</param>
/// <param name="Origin">Where it comes from, for the audit.</param>
internal sealed record SocketIoClient(
    ClaimsPrincipal? User, Exception? Failure, IPAddress? Address, string? DeviceId, ClientOrigin Origin)
{
    /// <summary>Nothing of it.</summary>
    public override string ToString() => nameof(SocketIoClient);
}
