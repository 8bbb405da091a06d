using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Users;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// Announces to users' grains which connections open and close, and sends a new connection the invitations that wait for its user.
/// </summary>
/// <remarks>
/// The connection does not wait for its announcement. While the grain or the database cannot be reached, the connection stays
/// open and the attempt is repeated, because existing clients do not connect again by themselves.
/// </remarks>
internal sealed class ConnectionAnnouncer(
    ConnectionRegistry registry,
    IGrainFactory grains,
    IConnectionReporter directory,
    ICallReader calls,
    ReachabilityRecorder reachability,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ConnectionAnnouncer> logger)
    : IDisposable
{
    /// <summary>
    /// How many connections are announced at a time. After a restart all clients come at once, and the database has few
    /// connections.
    /// </summary>
    private const int MaxConcurrent = 64;

    /// <summary>
    /// How many closed connections may be on their way to be reported to their users' grains. More are not reported: a grain finds out
    /// when it asks the gateways.
    /// </summary>
    private const int MaxWithdrawals = 10_000;

    /// <summary>How often a grain is told that a connection was lost, while silos come and go or are slow.</summary>
    private const int MaxLossAttempts = 4;

    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnnouncementTimeout = TimeSpan.FromSeconds(10);

    /// <summary>After which time it is known whether a connection was cut together with others.</summary>
    private static readonly TimeSpan CutCheckDelay = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _places = new(MaxConcurrent);
    private readonly MassLosses _losses = new(time);
    private int _withdrawals;

    /// <summary>Starts to announce a connection, without waiting for it.</summary>
    public void Announce(ClientConnection connection)
    {
        var announcement = AnnounceAsync(connection);
        if (!announcement.IsCompleted)
        {
            connection.Announcement = announcement;
        }
    }

    /// <summary>
    /// Waits until messages reach the connection. A change that a list read after that does not show will be sent to the
    /// connection.
    /// </summary>
    /// <exception cref="TimeoutException">The announcement takes too long.</exception>
    public Task WaitUntilAnnouncedAsync(ClientConnection connection) =>
        connection.Announcement.WaitAsync(AnnouncementTimeout, time, connection.Closed);

    /// <summary>Starts to tell the user's grain that a connection closed, without waiting for it.</summary>
    public void Withdraw(ClientConnection connection)
    {
        if (connection.IsAnnounced)
        {
            var closedAt = _losses.NoteClosed(registry.Count);
            if (!lifetime.ApplicationStopping.IsCancellationRequested && registry.ListConnections(connection.Caller.UserId).Count == 0)
            {
                reachability.Record(connection.Caller.UserId);
            }

            _ = WithdrawAsync(connection, closedAt);
            _ = directory.ReportAsync(connection.Caller.UserId);
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task AnnounceAsync(ClientConnection connection)
    {
        for (var pause = MinPause; !connection.Closed.IsCancellationRequested; pause = Min(pause * 2, MaxPause))
        {
            try
            {
                await _places.WaitAsync(connection.Closed);
                try
                {
                    await AnnounceOnceAsync(connection);
                    // So that an idle connection does not hold on to the memory of its announcement.
                    connection.Announcement = Task.CompletedTask;
                    return;
                }
                finally
                {
                    _places.Release();
                }
            }
            catch (Exception e) when (!connection.Closed.IsCancellationRequested)
            {
                logger.NotAnnounced(connection.Caller.UserId, connection.ConnectionId, e.GetType().Name, pause);
            }
            catch (Exception)
            {
                return;
            }

            // A random pause, so that a thousand clients do not try again at the same moment.
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, connection.Closed)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnnounceOnceAsync(ClientConnection connection)
    {
        var userId = connection.Caller.UserId;
        connection.IsAnnounced = true;
        // First, since the user's grain may leave memory as soon as it has been told, and then relies on the directory.
        await directory.ReportAsync(userId);
        await grains.GetUser(userId).Connect(registry.Describe(connection));
        if (connection.Closed.IsCancellationRequested)
        {
            // The connection closed meanwhile, and the message about that may have arrived before the announcement.
            await WithdrawAsync(connection, closedAt: null);
            return;
        }

        // Read after the announcement, so that no invitation is missed between the list and the messages.
        var open = await calls.ListOpenAsync(userId, connection.Closed);
        connection.CatchUp(open.Where(session => SyncBody.IsRinging(session, userId)));
    }

    private async Task WithdrawAsync(ClientConnection connection, long? closedAt)
    {
        var user = grains.GetUser(connection.Caller.UserId);
        try
        {
            if (Interlocked.Increment(ref _withdrawals) > MaxWithdrawals)
            {
                return;
            }

            // Without a loss nobody counts as gone: the connection just closed.
            if (!await TryLoseAsync(user, connection.ConnectionId))
            {
                await user.Disconnect(connection.ConnectionId);
            }
            else if (closedAt is { } at && registry.ListConnections(connection.Caller.UserId).Count == 0)
            {
                await ExcuseIfCutAsync(user, at);
            }
        }
        catch (Exception e)
        {
            logger.NotWithdrawn(connection.Caller.UserId, connection.ConnectionId, e.GetType().Name);
        }
        finally
        {
            Interlocked.Decrement(ref _withdrawals);
        }
    }

    /// <summary>Tells the user's grain when the connection was cut together with many others.</summary>
    private async Task ExcuseIfCutAsync(IUserGrain user, long closedAt)
    {
        await Task.Delay(CutCheckDelay, time, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_losses.WasCut(closedAt))
        {
            await user.ExcuseLoss();
        }
    }

    /// <returns>
    /// False while this silo stops, when a connection that closes says nothing about its client, and where it failed again and again: the
    /// user's grain may be on a silo of the release before, which has no such method.
    /// </returns>
    private async Task<bool> TryLoseAsync(IUserGrain user, string connectionId)
    {
        for (var attempt = 1; !lifetime.ApplicationStopping.IsCancellationRequested; attempt++)
        {
            try
            {
                await user.Lose(connectionId);
                return true;
            }
            catch (Exception) when (attempt < MaxLossAttempts)
            {
                await Task.Delay(MinPause, time);
            }
            catch (Exception)
            {
                return false;
            }
        }

        return false;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
