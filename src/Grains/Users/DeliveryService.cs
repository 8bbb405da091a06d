using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime.Services;

namespace Fayo.Calls.Grains.Users;

/// <summary>Hands what grains send on to the gateway of its silo.</summary>
[Reentrant]
internal sealed class DeliveryService(
    GrainId id, Silo silo, ILoggerFactory loggers, IConnectionGateway gateway, IClusterMembershipService members)
    : GrainService(id, silo, loggers), IDeliveryService
{
    public Task<IReadOnlyList<string>> Deliver(string userId, UserMessage message) => Task.FromResult(gateway.Deliver(userId, message));

    public Task<int> Signal(string userId, string? device, CallSignal signal) => Task.FromResult(gateway.Signal(userId, device, signal));

    public Task CloseExcess(string userId, string connectionId)
    {
        gateway.CloseExcess(userId, connectionId);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<UserConnection>> ListConnections(string userId) => Task.FromResult(gateway.ListConnections(userId));

    public Task<IReadOnlyList<UserDevices>> ListDevices(IReadOnlyList<string> userIds) => Task.FromResult(gateway.ListDevices(userIds));

    public async Task<bool> Recognize(SiloAddress silo)
    {
        if (!IsKnown())
        {
            await members.Refresh();
        }

        return IsKnown();

        bool IsKnown() => members.CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Active;
    }
}

/// <inheritdoc cref="IDeliveryServiceClient"/>
internal sealed class DeliveryServiceClient(IServiceProvider services)
    : GrainServiceClient<IDeliveryService>(services), IDeliveryServiceClient
{
    public IDeliveryService At(SiloAddress silo) => GetGrainService(silo);
}
