using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Users;

/// <summary>
/// Hands a message to the gateways of all silos, for a user whose grain does not answer. It costs a call to every silo, and needs neither
/// that grain nor the directory that knows where it is.
/// </summary>
internal sealed class GatewayBroadcast(
    IConnectionGateway gateway,
    ILocalSiloDetails here,
    IDeliveryServiceClient delivery,
    ISiloStatusOracle silos,
    TimeProvider clock,
    ILogger<GatewayBroadcast> logger)
{
    /// <summary>How long the other silos may keep whoever waits for this. What is on its way then still arrives.</summary>
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a silo is tried that does not answer: longer than the others take to notice that it is dead.</summary>
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Hands a message to a user's connections at all silos. Does not wait for a silo that stands still.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="message">The message. It may arrive twice; clients go by the version of the call.</param>
    /// <returns>The devices behind the connections that took it so far.</returns>
    public async Task<IReadOnlyList<string>> DeliverAsync(string userId, UserMessage message)
    {
        var way = new SiloGateways(userId, gateway, here.SiloAddress, delivery, clock);
        var taken = new ConcurrentQueue<string>();
        var delivered = Task.WhenAll(silos.GetActiveSilos().Select(silo => DeliverAsync(way, silo, userId, message, taken)));
        await delivered.WaitAsync(WaitTimeout, clock)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return [.. taken];
    }

    private async Task DeliverAsync(
        SiloGateways way, SiloAddress silo, string userId, UserMessage message, ConcurrentQueue<string> taken)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                foreach (var device in await way.DeliverAsync(silo, message))
                {
                    taken.Enqueue(device);
                }

                return;
            }
            catch (Exception e) when (SiloGateways.IsNoAnswer(e) && clock.GetElapsedTime(start) < RetryTimeout)
            {
                await Task.Delay(RetryInterval, clock);
            }
            catch (Exception e)
            {
                // Its sockets are gone with it; their owners connect again elsewhere and ask what they have missed.
                logger.SiloGone(e, userId, silo);
                return;
            }
        }
    }
}
