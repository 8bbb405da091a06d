using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// Tells users' grains of connections that open and close, and rings a new connection for the calls that wait for its user.
/// </summary>
/// <remarks>
/// Never in the way of the connection itself: while grain or database cannot be reached, the socket stays and the attempt is
/// repeated, since the clients of old do not connect again by themselves.
/// </remarks>
internal sealed class ConnectionAnnouncer(
    ConnectionRegistry registry, IGrainFactory grains, ICallReader calls, TimeProvider time, ILogger<ConnectionAnnouncer> logger) : IDisposable
{
    /// <summary>How many are announced at a time. After a restart all clients come at once, and the database has only so many connections.</summary>
    private const int MaxConcurrent = 64;

    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnnouncementTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _places = new(MaxConcurrent);

    /// <summary>Begins to announce a connection, and returns.</summary>
    public void Announce(ClientConnection connection)
    {
        var announcement = AnnounceAsync(connection);
        if (!announcement.IsCompleted)
        {
            connection.Announcement = announcement;
        }
    }

    /// <summary>Waits until messages reach the connection: what a list read after that does not show, the connection will be told.</summary>
    /// <exception cref="TimeoutException">That takes too long.</exception>
    public Task WaitUntilAnnouncedAsync(ClientConnection connection) =>
        connection.Announcement.WaitAsync(AnnouncementTimeout, time, connection.Closed);

    /// <summary>Begins to tell the user's grain that a connection closed, and returns.</summary>
    public void Withdraw(ClientConnection connection)
    {
        if (connection.IsAnnounced)
        {
            _ = WithdrawAsync(connection);
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
                    // So that a connection which is merely open does not keep what was needed to announce it.
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

            // Spread out, so that a thousand clients do not come back in the same instant.
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, connection.Closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnnounceOnceAsync(ClientConnection connection)
    {
        var userId = connection.Caller.UserId;
        connection.IsAnnounced = true;
        await grains.GetUser(userId).Connect(registry.Describe(connection));
        if (connection.Closed.IsCancellationRequested)
        {
            // It closed meanwhile, and what said so may have overtaken what said that it is there.
            await WithdrawAsync(connection);
            return;
        }

        // Only now, so that no invitation falls between the list and the messages.
        var open = await calls.ListOpenAsync(userId, connection.Closed);
        connection.CatchUp(open.Where(session => SyncBody.IsRinging(session, userId)));
    }

    private async Task WithdrawAsync(ClientConnection connection)
    {
        try
        {
            await grains.GetUser(connection.Caller.UserId).Disconnect(connection.ConnectionId);
        }
        catch (Exception e)
        {
            logger.NotWithdrawn(connection.Caller.UserId, connection.ConnectionId, e.GetType().Name);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
