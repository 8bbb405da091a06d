using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Users;

/// <summary>
/// Writes when users' devices were last known to be there: when the last connection of a user at this silo closed, or a device answered a
/// push. No connection waits for it; users whose times change within a pause are written in one statement.
/// </summary>
internal sealed class ReachabilityRecorder(IUserReachability users, TimeProvider time, ILogger<ReachabilityRecorder> logger)
    : BackgroundService
{
    private const int MaxWaiting = 65_536;
    private const int BatchSize = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _waiting = new(StringComparer.Ordinal);

    /// <summary>A device of a user is there now, or was until now.</summary>
    public void Record(string userId)
    {
        // While the database cannot be reached, the memory does not fill up with what is only nice to know.
        if (_waiting.Count < MaxWaiting)
        {
            _waiting[userId] = time.GetUtcNow();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Only what is shown of users is a little older for it.
        }
    }

    private async Task WriteAsync(CancellationToken stoppingToken)
    {
        while (!_waiting.IsEmpty)
        {
            var batch = _waiting.Take(BatchSize).ToDictionary(StringComparer.Ordinal);
            try
            {
                await users.NoteSeenAsync(batch, stoppingToken);
            }
            catch (CallStoreUnavailableException)
            {
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.ReachabilityNotRecorded(batch.Count, e.GetType().Name);
            }

            foreach (var written in batch)
            {
                _waiting.TryRemove(written);
            }
        }
    }
}
