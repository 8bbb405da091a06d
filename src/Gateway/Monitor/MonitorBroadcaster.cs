using System.Text.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>
/// Checks twice a second what happens in the cluster, for all viewers of this silo together, and sends it to each of them.
/// Without viewers it does nothing and remembers nothing.
/// </summary>
internal sealed class MonitorBroadcaster(
    IMonitorReader reader,
    IClusterMonitor cluster,
    SummaryReader summaries,
    GatewaySettings settings,
    TimeProvider time,
    ILogger<MonitorBroadcaster> logger)
{
    /// <summary>The time between two rounds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The time between two readings of the numbers.</summary>
    private static readonly TimeSpan SummaryPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<Viewer> _viewers = [];
    private bool _isWatching;

    /// <summary>Adds a viewer.</summary>
    /// <returns>
    /// False where its user has as many viewers at this silo as connections are allowed. They are counted by each silo, and not
    /// in the whole cluster: to watch involves no grain of the user.
    /// </returns>
    public bool TryAdd(Viewer viewer)
    {
        lock (_gate)
        {
            if (_viewers.Count(other => other.UserId == viewer.UserId) >= settings.ConnectionsPerUser)
            {
                return false;
            }

            _viewers.Add(viewer);
            if (_isWatching)
            {
                return true;
            }

            _isWatching = true;
        }

        _ = RunAsync();
        return true;
    }

    /// <summary>Removes a viewer.</summary>
    public void Remove(Viewer viewer)
    {
        lock (_gate)
        {
            _viewers.Remove(viewer);
        }
    }

    private async Task RunAsync()
    {
        var monitor = new CallMonitor(reader, cluster, time, logger);
        var numbers = new Numbers(summaries, time, logger);
        while (TryListViewers(out var viewers))
        {
            try
            {
                var isConsistent = await monitor.CheckAsync(CancellationToken.None);
                var isSummaryNew = await numbers.CheckAsync();
                var all = monitor.IsComplete ? monitor.Calls.All : null;
                var round = new MonitorRound(time.GetUtcNow(), monitor.Sample, all, monitor.Calls.TakeChanges(), numbers.Latest)
                {
                    IsReset = !isConsistent,
                    IsSummaryNew = isSummaryNew,
                };
                foreach (var viewer in viewers)
                {
                    viewer.Send(round);
                }
            }
            catch (Exception e)
            {
                logger.MonitorFailed(e);
            }

            await Task.Delay(Pause, time);
        }
    }

    private bool TryListViewers(out Viewer[] viewers)
    {
        lock (_gate)
        {
            viewers = [.. _viewers];
            _isWatching = viewers.Length > 0;
            return _isWatching;
        }
    }

    /// <summary>The numbers. They are read in parallel with the rounds, so that no round waits for them.</summary>
    private sealed class Numbers(SummaryReader summaries, TimeProvider time, ILogger logger)
    {
        private Task<MonitorSummaryBody?>? _reading;
        private long _readAt;
        private byte[] _lastSent = [];

        public SerializedHubMessage? Latest { get; private set; }

        /// <returns>True where the numbers have changed.</returns>
        public async Task<bool> CheckAsync()
        {
            if (_reading is null && (_readAt == 0 || time.GetElapsedTime(_readAt) >= SummaryPause))
            {
                _readAt = time.GetTimestamp();
                _reading = ReadAsync();
            }

            if (_reading is not { IsCompleted: true })
            {
                return false;
            }

            var reading = _reading;
            _reading = null;
            var summary = await reading;
            if (summary is null)
            {
                return false;
            }

            // A change of the time alone is not sent.
            var content = JsonSerializer.SerializeToUtf8Bytes(summary with { At = default }, GatewayJson.Instance.MonitorSummaryBody);
            if (content.AsSpan().SequenceEqual(_lastSent))
            {
                return false;
            }

            _lastSent = content;
            Latest = new SerializedHubMessage(new InvocationMessage(MonitorHub.SummaryEvent, [summary]));
            return true;
        }

        private async Task<MonitorSummaryBody?> ReadAsync()
        {
            try
            {
                return await summaries.ReadAsync();
            }
            catch (CallStoreUnavailableException)
            {
                // The call monitor logs this.
                return null;
            }
            catch (Exception e)
            {
                // The calls are shown without the numbers.
                logger.MonitorFailed(e);
                return null;
            }
        }
    }
}
