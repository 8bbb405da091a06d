using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using Fayo.Calls.Tools.Measuring;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Bench.Connections;

/// <summary><c>bench --drain</c>: how long clients are without a connection when their silo stops in order.</summary>
/// <param name="connections">The connections to the silo that is going to stop, not open yet.</param>
/// <param name="others">The silos at which the clients come back.</param>
internal sealed class DrainBenchmark(IdleConnections connections, IReadOnlyList<Uri> others)
{
    /// <summary>A client waits for a random part of this before it comes back, so that not all come at the same moment.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long the silo may take from the first line of output until the last connection has ended.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(2);

    private readonly DurationSamples _absences = new();
    private readonly ConcurrentDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<long> _ends = [];

    /// <summary>
    /// Opens the connections and prints a line. Then the caller stops the silo. When all clients are back, prints a second line.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var opened = connections;
        await connections.OpenAsync(cancellationToken);
        await JsonLine.PrintAsync(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["kind"] = "drain",
            ["up"] = connections.CountOpen(),
        });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StopTimeout);
        await Task.WhenAll(Enumerable.Range(0, connections.Count).Select(number => ReturnAsync(number, limit.Token)));
        await JsonLine.PrintAsync(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["kind"] = "drain",
            ["back"] = connections.CountOpen(),
            ["closed_over_s"] = Math.Round(Stopwatch.GetElapsedTime(_ends.Min(), _ends.Max()).TotalSeconds, 2),
            ["away_ms"] = _absences.Summarize(),
            ["errors"] = _errors,
        });
    }

    private async Task ReturnAsync(int number, CancellationToken cancellationToken)
    {
        await connections.WaitForEndAsync(number, cancellationToken);
        var end = Stopwatch.GetTimestamp();
        _ends.Add(end);
        for (var attempt = 0; ; attempt++)
        {
            await Task.Delay(MaxPause * Random.Shared.NextDouble(), cancellationToken);
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(AttemptTimeout);
                await connections.OpenOneAsync(number, others[(number + attempt) % others.Count], limit.Token);
                _absences.Add(Stopwatch.GetElapsedTime(end).TotalMilliseconds);
                return;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested
                && failure is CommandFailedException or WebSocketException or SocketException or IOException or OperationCanceledException)
            {
                _errors.AddOrUpdate(failure is OperationCanceledException ? "timeout" : failure.Message, 1, (_, count) => count + 1);
            }
        }
    }
}
