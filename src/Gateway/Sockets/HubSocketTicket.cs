using System.Security.Claims;
using Fayo.Calls.Gateway.Audit;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>What is kept of the request that a socket began with.</summary>
/// <param name="ConnectionId">The connection's public identifier.</param>
/// <param name="UserId">The caller's id.</param>
/// <param name="User">The caller.</param>
/// <param name="AuthenticatedUntil">When the user's token expires.</param>
/// <param name="DeviceId">The name of the device; null where the client does not name it.</param>
/// <param name="Origin">Where a member of staff connects from; null for others, of whom nothing is recorded.</param>
/// <param name="Packets">How the socket carries packets; null where it carries the messages of SignalR.</param>
internal sealed record HubSocketTicket(
    string ConnectionId,
    string UserId,
    ClaimsPrincipal User,
    DateTimeOffset AuthenticatedUntil,
    string? DeviceId,
    ClientOrigin? Origin,
    PacketFraming? Packets = null);
