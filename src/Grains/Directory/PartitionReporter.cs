using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Directory;

/// <summary>
/// Reports to one partition of the directory. One report is on its way at a time; what changes meanwhile is gathered for the next one.
/// </summary>
/// <param name="partition">The partition.</param>
/// <param name="here">This silo.</param>
/// <param name="gateway">Knows who is connected.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Logs when the partition cannot be reached.</param>
/// <param name="stopping">Cancelled when this silo stops.</param>
internal sealed class PartitionReporter(
    IConnectionDirectoryGrain partition,
    SiloAddress here,
    IConnectionGateway gateway,
    TimeProvider clock,
    ILogger logger,
    CancellationToken stopping)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    /// <summary>Whom the partition knows. Only the report that is on its way uses it.</summary>
    private readonly SiloUsers _told = new();

    /// <summary>The number of the latest message to the partition. Only the report that is on its way uses it.</summary>
    private long _lastNumber;

    private HashSet<string> _changed = new(StringComparer.Ordinal);
    private TaskCompletionSource _reported = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isRunning;
    private bool _isFailing;

    /// <inheritdoc cref="ConnectionReporter.IsReporting"/>
    public bool IsReporting
    {
        get
        {
            lock (_gate)
            {
                return _isRunning;
            }
        }
    }

    /// <summary>Reports one user.</summary>
    /// <returns>Completes when the report has been made, or has failed and will be repeated; at once while reports fail.</returns>
    public Task ReportAsync(string userId)
    {
        lock (_gate)
        {
            _changed.Add(userId);
            return Start();
        }
    }

    /// <summary>Reports that nothing has changed, so that the partition can tell whether it knows everything.</summary>
    /// <returns>As <see cref="ReportAsync"/>.</returns>
    public Task ConfirmAsync()
    {
        lock (_gate)
        {
            return Start();
        }
    }

    private Task Start()
    {
        var reported = _isFailing ? Task.CompletedTask : _reported.Task;
        if (!_isRunning)
        {
            _isRunning = true;
            _ = RunAsync();
        }

        return reported;
    }

    private async Task RunAsync()
    {
        var pause = MinPause;
        var isFirst = true;
        while (TryTake(isFirst, out var changed, out var reported))
        {
            isFirst = false;
            try
            {
                await ReportOnceAsync(changed);
                pause = MinPause;
                SetFailing(false);
                reported.SetResult();
            }
            catch (Exception e)
            {
                logger.NotReported(partition.GetPrimaryKeyLong(), e.GetType().Name);
                SetFailing(true, changed);
                reported.SetResult();
                await Task.Delay(pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
            }
        }
    }

    private async Task ReportOnceAsync(HashSet<string> changed)
    {
        var arrived = new List<string>();
        var left = new List<string>();
        foreach (var user in changed)
        {
            // As it is now: it may have changed again since it was reported.
            var isHere = gateway.ListConnections(user).Count > 0;
            if (isHere != _told.Contains(user))
            {
                (isHere ? arrived : left).Add(user);
            }
        }

        var fingerprint = arrived.Concat(left).Aggregate(_told.Fingerprint, (all, user) => all ^ ConnectionPartitions.HashOf(user));
        var report = new ConnectionReport(here, arrived, left, fingerprint, ++_lastNumber);
        var isComplete = await partition.Report(report).WaitAsync(AnswerTimeout, clock);
        _told.Apply(arrived, left);
        if (!isComplete)
        {
            await partition.Replace(here, _told.List(), ++_lastNumber).WaitAsync(AnswerTimeout, clock);
        }
    }

    private bool TryTake(bool isFirst, out HashSet<string> changed, out TaskCompletionSource reported)
    {
        lock (_gate)
        {
            (changed, reported) = (_changed, _reported);
            _reported = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _isRunning = isFirst || (changed.Count > 0 && !stopping.IsCancellationRequested);
            if (_isRunning)
            {
                _changed = new HashSet<string>(StringComparer.Ordinal);
            }
            else
            {
                // Nothing is left to repeat: the next change starts anew, and is waited for.
                _isFailing = false;
                reported.SetResult();
            }

            return _isRunning;
        }
    }

    private void SetFailing(bool isFailing, params IEnumerable<string> unreported)
    {
        lock (_gate)
        {
            _isFailing = isFailing;
            _changed.UnionWith(unreported);
        }
    }
}
