using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>
/// Keeps a list of all open calls of the cluster. It follows the changes of all silos, and reads the rows of all open calls at the start,
/// when a change may have been missed, and regularly.
/// </summary>
internal sealed class CallMonitor(IMonitorReader reader, IClusterMonitor cluster, TimeProvider time, ILogger logger)
{
    /// <summary>How often the rows are read while a change may have been missed.</summary>
    private static readonly TimeSpan ReadAgainInterval = TimeSpan.FromSeconds(2);

    /// <summary>How often the rows are read otherwise.</summary>
    private static readonly TimeSpan MaxReadInterval = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, SiloAddress> _residents = new(StringComparer.Ordinal);
    private long? _upTo;
    private bool _mayHaveMissed = true;
    private long? _readAt;
    private bool _isStoreUnavailable;

    /// <summary>The open calls.</summary>
    public OpenCalls Calls { get; } = new();

    /// <summary>Which calls they are, where there are too many to know them all.</summary>
    public CallSample Sample { get; private set; }

    /// <summary>True once all open calls of the sample are known.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Collects what has happened since the last check.</summary>
    /// <returns>
    /// False where open calls have disappeared from the rows, or the sample is another one: viewers must then get the whole list again.
    /// </returns>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        var batch = await cluster.CollectAsync(_upTo);
        if (batch.Sample is null && _upTo is null)
        {
            // Rows that are read before anybody notes what changes would be out of date, and nobody would know.
            return true;
        }

        _upTo = batch.UpTo;
        var isReset = batch.Sample is { } sample && sample != Sample;
        if (isReset)
        {
            Sample = batch.Sample!.Value;
            Calls.Clear();
            IsComplete = false;
        }

        foreach (var call in batch.Changes)
        {
            Calls.Apply(call);
        }

        if (batch.Resident is { } resident)
        {
            Calls.ForgetSilosExcept(resident.Keys.ToHashSet());
            _residents.Clear();
            foreach (var (silo, ids) in resident)
            {
                foreach (var id in ids)
                {
                    _residents[id] = silo;
                }
            }
        }

        _mayHaveMissed |= batch.Resident is not null || batch.IsUncertain;
        var isConsistent = !(isReset || IsTimeToRead()) || await TryReadRowsAsync(cancellationToken);
        return isConsistent && !isReset;
    }

    private bool IsTimeToRead() =>
        _readAt is not { } readAt || time.GetElapsedTime(readAt) >= (_mayHaveMissed ? ReadAgainInterval : MaxReadInterval);

    private async Task<bool> TryReadRowsAsync(CancellationToken cancellationToken)
    {
        _readAt = time.GetTimestamp();
        try
        {
            var ended = Calls.Reconcile(await reader.ReadOpenAsync(Sample, cancellationToken), _residents);
            var rows = ended.Count == 0 ? [] : await reader.ReadAsync(ended, cancellationToken);
            foreach (var call in rows)
            {
                Calls.Apply(call);
            }

            _residents.Clear();
            _mayHaveMissed = false;
            IsComplete = true;
            if (_isStoreUnavailable)
            {
                _isStoreUnavailable = false;
                logger.MonitorRecovered();
            }

            if (rows.Count == ended.Count)
            {
                return true;
            }

            Calls.Remove(ended.Except(rows.Select(call => call.Session.Id), StringComparer.Ordinal));
            return false;
        }
        catch (CallStoreUnavailableException e)
        {
            _mayHaveMissed = true;
            if (!_isStoreUnavailable)
            {
                _isStoreUnavailable = true;
                logger.MonitorUnavailable(e.Message);
            }

            return true;
        }
    }
}
