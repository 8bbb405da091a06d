using System.Security.Claims;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>What remains of the request that a socket began with.</summary>
/// <param name="ConnectionId">The connection's public identifier.</param>
/// <param name="User">Who it is.</param>
/// <param name="AuthenticatedUntil">When the user's token expires.</param>
/// <param name="DeviceId">The device that the connection names; null where it names none.</param>
internal sealed record HubSocketTicket(string ConnectionId, ClaimsPrincipal User, DateTimeOffset AuthenticatedUntil, string? DeviceId);
