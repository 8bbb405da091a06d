using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Fayo.Calls.Cli.Bench;

/// <summary>A reconnect storm: everybody loses the connection at once, comes back within a few seconds, and asks for <c>sync</c>.</summary>
/// <param name="connections">The connections, open.</param>
/// <param name="server">The service's process, for its memory; null where it is unknown.</param>
internal sealed class Storm(IdleConnections connections, int? server)
{
    /// <summary>Within what time everybody comes back.</summary>
    public static readonly TimeSpan ReturnTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(500);
    private const int MostAttempts = 5;

    private readonly Samples _syncTimes = new();
    private readonly ConcurrentDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private int _synced;

    /// <summary>Lets it blow over.</summary>
    public async Task<StormResult> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var peak = WatchMemoryAsync(over.Token);
        connections.DropAll();
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections.Count).Select(number => ReturnAsync(number, start, cancellationToken)));
        var last = Stopwatch.GetElapsedTime(start);
        await over.CancelAsync();
        return new StormResult(_synced, last.TotalSeconds, _syncTimes.Summarize(), _errors, await peak);
    }

    /// <summary>Every duration counts from when the user was due, so that a driver or service that lags cannot hide it.</summary>
    private async Task ReturnAsync(int number, long start, CancellationToken cancellationToken)
    {
        var due = ReturnTime * number / connections.Count;
        await Task.Delay(due, cancellationToken);
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(AttemptLimit);
                var client = await connections.OpenOneAsync(number, limit.Token);
                await client.InvokeAsync("sync", new { }, limit.Token);
                _syncTimes.Add((Stopwatch.GetElapsedTime(start) - due).TotalMilliseconds);
                Interlocked.Increment(ref _synced);
                return;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested
                && failure is CommandFailedException or HubException or WebSocketException or SocketException or IOException or OperationCanceledException)
            {
                _errors.AddOrUpdate(failure is OperationCanceledException ? "timeout" : failure.Message, 1, (_, count) => count + 1);
                await Task.Delay(PauseAfterFailure, cancellationToken);
            }
        }
    }

    private async Task<long> WatchMemoryAsync(CancellationToken over)
    {
        var peak = 0L;
        while (server is { } id && !over.IsCancellationRequested)
        {
            peak = Math.Max(peak, ProcessUsage.ResidentBytes(id));
            await Task.Delay(SampleInterval, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return peak;
    }
}

/// <summary>How a storm went.</summary>
/// <param name="Synced">How many came back and got the answer to <c>sync</c>.</param>
/// <param name="LastAfter">When the last of them did, in seconds from the drop.</param>
/// <param name="SyncTimes">From when each was due to connect until the answer to <c>sync</c>.</param>
/// <param name="Errors">Attempts that failed; each was repeated.</param>
/// <param name="PeakBytes">The most memory of the service's that was in RAM meanwhile.</param>
internal sealed record StormResult(int Synced, double LastAfter, Spread SyncTimes, IReadOnlyDictionary<string, int> Errors, long PeakBytes);
