using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Users;

/// <inheritdoc cref="IPresence"/>
internal sealed class Presence(
    IConnectionGateway gateway,
    ILocalSiloDetails here,
    IDeliveryServiceClient delivery,
    ISiloStatusOracle silos,
    TimeProvider clock,
    ILogger<Presence> logger) : IPresence
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> ReadDevicesAsync(IReadOnlyList<string> userIds)
    {
        var answers = await Task.WhenAll(silos.GetActiveSilos().Select(silo => ListDevices(silo, userIds)));
        return answers.SelectMany(users => users)
            .GroupBy(user => user.UserId, StringComparer.Ordinal)
            .ToDictionary(
                user => user.Key,
                IReadOnlySet<string> (user) => user.SelectMany(silo => silo.Devices).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
    }

    private async Task<IReadOnlyList<UserDevices>> ListDevices(SiloAddress silo, IReadOnlyList<string> userIds)
    {
        try
        {
            return silo.Equals(here.SiloAddress)
                ? gateway.ListDevices(userIds)
                : await delivery.At(silo).ListDevices(userIds).WaitAsync(Patience, clock);
        }
        catch (Exception e)
        {
            logger.PresenceUnknown(silo, e.GetType().Name);
            return [];
        }
    }
}
