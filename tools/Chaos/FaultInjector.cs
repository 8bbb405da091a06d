using System.Collections.Concurrent;
using Fayo.Calls.Chaos.Checks;
using Fayo.Calls.Chaos.Clients;
using Fayo.Calls.Chaos.Plan;

namespace Fayo.Calls.Chaos;

/// <summary>Injects the faults of a plan, and measures how long the service or its database is down.</summary>
/// <param name="users">The users, in the order of the plan.</param>
/// <param name="process">The service's process; null where the service must not be killed.</param>
/// <param name="database">The service's database server; null where it must not be disturbed.</param>
internal sealed class FaultInjector(IReadOnlyList<ChaosUser> users, ServiceProcess? process, DatabaseServer? database) : IDisposable
{
    private readonly ConcurrentQueue<Outage> _outages = new();
    private readonly TimeProvider _clock = TimeProvider.System;

    /// <summary>The database has one fault at a time.</summary>
    private readonly SemaphoreSlim _databaseTurn = new(1);

    /// <summary>When the service or its database was down, by the clock of this program.</summary>
    public IReadOnlyList<Outage> Outages => [.. _outages];

    /// <summary>Injects a fault, and waits until it is over.</summary>
    public async Task InjectAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        if (fault.IsOfConnection)
        {
            var connection = users[fault.User].Connections[fault.Connection];
            await (fault.Kind == FaultKind.Slow
                ? connection.SleepAsync(fault.Duration)
                : connection.DisconnectAsync(fault.Duration, isClosed: fault.Kind == FaultKind.Close));
        }
        else if (fault.Kind == FaultKind.Kill)
        {
            await MeasureAsync(fault, async () =>
            {
                await process!.KillAsync();
                await process.StartAsync(cancellationToken);
            });
        }
        else
        {
            await _databaseTurn.WaitAsync(cancellationToken);
            try
            {
                await MeasureAsync(fault, () => DisturbAsync(database!, fault));
            }
            finally
            {
                _databaseTurn.Release();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _databaseTurn.Dispose();

    private static Task DisturbAsync(DatabaseServer database, PlannedFault fault) => fault.Kind switch
    {
        FaultKind.TerminateSessions => database.TerminateSessionsAsync(),
        FaultKind.ReadOnlyDatabase => database.BeReadOnlyAsync(fault.Duration),
        FaultKind.RestartDatabase => database.RestartAsync(),
        FaultKind.PauseSessions => database.PauseSessionsAsync(fault.Duration),
        FaultKind.PauseDatabase => database.PauseAsync(fault.Duration),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "This is no fault of the database."),
    };

    private async Task MeasureAsync(PlannedFault fault, Func<Task> inject)
    {
        var from = _clock.GetUtcNow();
        await inject();
        var outage = new Outage(from, _clock.GetUtcNow()) { IsOfDatabase = fault.IsOfDatabase };
        _outages.Enqueue(outage);
        await Console.Out.WriteLineAsync(
            $"{fault.Kind.ToString().ToLowerInvariant()} from {TimeText.Of(outage.From)} to {TimeText.Of(outage.Until)}");
    }
}
