using Fayo.Calls.Grains.Directory;

namespace Fayo.Calls.Grains.Users;

/// <inheritdoc cref="IPresence"/>
internal sealed class Presence(
    IConnectionGateway gateway, ILocalSiloDetails here, IDeliveryServiceClient delivery, ConnectionLocator locator, ISilos silos)
    : IPresence
{
    public async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> ReadDevicesAsync(IReadOnlyList<string> userIds)
    {
        var answers = await silos.AskAsync(
            await locator.FindAsync(userIds),
            silo => silo.Equals(here.SiloAddress)
                ? Task.FromResult(gateway.ListDevices(userIds))
                : delivery.At(silo).ListDevices(userIds));
        return answers.Values.SelectMany(users => users)
            .GroupBy(user => user.UserId, StringComparer.Ordinal)
            .ToDictionary(
                user => user.Key,
                IReadOnlySet<string> (user) => user.SelectMany(silo => silo.Devices).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
    }
}
