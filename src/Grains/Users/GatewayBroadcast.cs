using System.Collections.Concurrent;
using Fayo.Calls.Grains.Directory;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Users;

/// <summary>
/// Hands a message to the gateways of all silos, for a user whose grain does not answer, or asks them all. It costs a call to every silo,
/// and needs neither that grain nor the directory that knows where it is.
/// </summary>
internal sealed class GatewayBroadcast
{
    /// <summary>How long the other silos may keep whoever waits for this. What is on its way then still arrives.</summary>
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMilliseconds(500);

    private readonly IConnectionGateway _gateway;
    private readonly ILocalSiloDetails _here;
    private readonly IDeliveryServiceClient _delivery;
    private readonly ISiloStatusOracle _silos;
    private readonly ConnectionLocator _locator;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly BroadcastBacklog _backlog;

    public GatewayBroadcast(
        IConnectionGateway gateway,
        ILocalSiloDetails here,
        IDeliveryServiceClient delivery,
        ISiloStatusOracle silos,
        ConnectionLocator locator,
        TimeProvider clock,
        ILogger<GatewayBroadcast> logger)
    {
        _gateway = gateway;
        _here = here;
        _delivery = delivery;
        _silos = silos;
        _locator = locator;
        _clock = clock;
        _logger = logger;
        _backlog = new BroadcastBacklog(
            (silo, userId, message) => WayTo(userId).DeliverAsync(silo, message),
            (silo, userId, e) => _logger.SiloGone(e, userId, silo),
            clock);
    }

    /// <summary>Hands a message to a user's connections at all silos. Does not wait for a silo that stands still.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="message">The message. It may arrive twice; clients go by the version of the call.</param>
    /// <returns>The devices behind the connections that took it so far.</returns>
    public async Task<IReadOnlyList<string>> DeliverAsync(string userId, UserMessage message)
    {
        var taken = new ConcurrentQueue<string>();
        var delivered = Task.WhenAll(_silos.GetActiveSilos().Select(silo => DeliverAsync(silo, userId, message, taken)));
        await delivered.WaitAsync(WaitTimeout, _clock)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return [.. taken];
    }

    /// <summary>Whether a user's connection is gone, by the word of every silo that may have it. False where one does not answer.</summary>
    public async Task<bool> IsGoneAsync(string userId, string connectionId)
    {
        var silos = await _locator.FindAsync(userId);
        var areGone = await Task.WhenAll(silos.Select(silo => IsGoneAsync(silo, userId, connectionId)));
        return Array.TrueForAll(areGone, isGone => isGone);
    }

    private async Task<bool> IsGoneAsync(SiloAddress silo, string userId, string connectionId)
    {
        try
        {
            var found = await WayTo(userId).ListConnectionsAsync(silo);
            return found.All(connection => connection.ConnectionId != connectionId);
        }
        catch (SiloUnavailableException)
        {
            // Its sockets are gone with it.
            return true;
        }
        catch (Exception e) when (SiloGateways.IsNoAnswer(e))
        {
            _logger.SiloSilent(userId, silo, e.GetType().Name);
            return false;
        }
    }

    private async Task DeliverAsync(SiloAddress silo, string userId, UserMessage message, ConcurrentQueue<string> taken)
    {
        if (_backlog.TryAppend(silo, userId, message))
        {
            return;
        }

        try
        {
            foreach (var device in await WayTo(userId).DeliverAsync(silo, message))
            {
                taken.Enqueue(device);
            }
        }
        catch (Exception e) when (SiloGateways.IsNoAnswer(e))
        {
            _backlog.Add(silo, userId, message);
        }
        catch (Exception e)
        {
            // Its sockets are gone with it; their owners connect again elsewhere and ask what they have missed.
            _logger.SiloGone(e, userId, silo);
        }
    }

    private SiloGateways WayTo(string userId) => new(userId, _gateway, _here.SiloAddress, _delivery, _clock);
}
