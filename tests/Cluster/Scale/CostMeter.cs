using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fayo.Calls.Tests.Cluster.Support;

namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>
/// Counts what the silos of this process do. It counts those of all clusters: nothing else may run meanwhile.
/// </summary>
public sealed class CostMeter : IIncomingGrainCallFilter, IDisposable
{
    private const string SentMessageSize = "orleans-messaging-sent-messages-size";

    /// <summary>
    /// How often in a row nothing may have happened, 20 ms apart, until everything that was begun counts as done. No time is measured: it
    /// would pass while the machine stands still.
    /// </summary>
    private const int Quiet = 8;

    private readonly MeterListener _listener = new();
    private readonly ActivityListener _statementListener;
    private readonly ConcurrentDictionary<string, long> _grainCalls = new(StringComparer.Ordinal);
    private long _messages;
    private long _bytes;
    private long _statements;

    public CostMeter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == SentMessageSize)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, bytes, _, _) =>
        {
            Interlocked.Increment(ref _messages);
            Interlocked.Add(ref _bytes, bytes);
        });
        _listener.Start();
        _statementListener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = NoteStatement,
        };
        ActivitySource.AddActivityListener(_statementListener);
    }

    /// <summary>Grows with everything that happens.</summary>
    private long Events =>
        _grainCalls.Values.Sum() + Interlocked.Read(ref _messages) + Interlocked.Read(ref _statements);

    private Cost Total
    {
        get
        {
            var byMethod = _grainCalls.ToDictionary(method => method.Key, method => (double)method.Value);
            return new Cost(
                byMethod.Values.Sum(),
                Interlocked.Read(ref _messages),
                Interlocked.Read(ref _bytes),
                Interlocked.Read(ref _statements),
                byMethod);
        }
    }

    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceName.StartsWith("Fayo.", StringComparison.Ordinal))
        {
            _grainCalls.AddOrUpdate(context.InterfaceMethod.Name, 1, (_, count) => count + 1);
        }

        return context.Invoke();
    }

    /// <summary>What some work costs, with everything that it causes.</summary>
    public async Task<Cost> MeasureAsync(Func<Task> work)
    {
        await WhenQuietAsync();
        var before = Total;
        await work();
        await WhenQuietAsync();
        return Total - before;
    }

    /// <summary>Completes when nothing has happened for a while.</summary>
    public async Task WhenQuietAsync()
    {
        var (last, unchanged) = (Events, 0);
        await Eventually.IsTrueAsync(
            () =>
            {
                var now = Events;
                unchanged = now == last ? unchanged + 1 : 0;
                last = now;
                return unchanged > Quiet;
            },
            "The silos never came to rest.");
    }

    public void Dispose()
    {
        _listener.Dispose();
        _statementListener.Dispose();
    }

    /// <summary>Leaves out what Orleans does by itself: it reads all reminders again whenever a silo joins.</summary>
    private void NoteStatement(Activity statement)
    {
        if (statement.GetTagItem("db.query.text") is string text && !text.Contains("Orleans", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _statements);
        }
    }
}
