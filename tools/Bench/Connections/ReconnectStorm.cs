using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using Fayo.Calls.Tools.Hub;
using Fayo.Calls.Tools.Measuring;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Bench.Connections;

/// <summary>A reconnect storm: all users lose the connection at once, come back within a few seconds, and ask for <c>sync</c>.</summary>
/// <param name="connections">The connections, open.</param>
/// <param name="serverProcessId">The service's process, for its memory; null where it is unknown.</param>
internal sealed class ReconnectStorm(IdleConnections connections, int? serverProcessId)
{
    /// <summary>The time within which all users come back.</summary>
    public static readonly TimeSpan ReturnTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(500);
    private const int MaxAttempts = 5;

    private readonly DurationSamples _syncTimes = new();
    private readonly ConcurrentDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private int _synced;

    /// <summary>Runs the storm to its end.</summary>
    public async Task<StormResult> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var peak = WatchMemoryAsync(over.Token);
        connections.DropAll();
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections.Count).Select(number => ReturnAsync(number, start, cancellationToken)));
        var last = Stopwatch.GetElapsedTime(start);
        await over.CancelAsync();
        return new StormResult(_synced, last, _syncTimes.Summarize(), _errors, await peak);
    }

    /// <summary>
    /// Brings one user back. The duration counts from when the user was due, so that a delay of the driver or the service is
    /// part of it.
    /// </summary>
    private async Task ReturnAsync(int number, long start, CancellationToken cancellationToken)
    {
        var due = ReturnTime * number / connections.Count;
        await Task.Delay(due, cancellationToken);
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(AttemptTimeout);
                var client = await connections.OpenOneAsync(number, limit.Token);
                await client.InvokeAsync("sync", new { }, limit.Token);
                _syncTimes.Add((Stopwatch.GetElapsedTime(start) - due).TotalMilliseconds);
                Interlocked.Increment(ref _synced);
                return;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested
                && failure is CommandFailedException or HubInvocationException or WebSocketException or SocketException or IOException
                    or OperationCanceledException)
            {
                _errors.AddOrUpdate(failure is OperationCanceledException ? "timeout" : failure.Message, 1, (_, count) => count + 1);
                await Task.Delay(PauseAfterFailure, cancellationToken);
            }
        }
    }

    private async Task<long> WatchMemoryAsync(CancellationToken over)
    {
        var peak = 0L;
        while (serverProcessId is not null && !over.IsCancellationRequested)
        {
            peak = Math.Max(peak, ProcessUsage.ResidentBytes(serverProcessId));
            await Task.Delay(SampleInterval, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return peak;
    }
}
