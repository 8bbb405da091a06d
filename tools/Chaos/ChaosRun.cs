using System.Diagnostics;
using Fayo.Calls.Chaos.Checks;
using Fayo.Calls.Chaos.Clients;
using Fayo.Calls.Chaos.Plan;
using Fayo.Calls.Chaos.Records;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Chaos;

/// <summary>
/// Executes a plan, waits until all calls have ended, and compares the records of the service with what its clients were told.
/// </summary>
internal sealed class ChaosRun : IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(60);

    // Counted from the last ring deadline: the service looks for overdue calls once a second, and the machine may be busy.
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly ChaosPlan _plan;
    private readonly ServiceProcess? _process;
    private readonly RestClient _rest;
    private readonly ChaosUser[] _users;
    private readonly CallRecordReader _reader;
    private readonly CallRunner _runner;
    private readonly FaultInjector _faults;
    private readonly TimeProvider _clock = TimeProvider.System;
    private long _start;
    private int _finishedCalls;

    /// <summary>Makes a run that has not begun.</summary>
    /// <param name="plan">What will be done.</param>
    /// <param name="run">Tells this run's users from those of other runs.</param>
    /// <param name="service">Where the service is.</param>
    /// <param name="signer">Signs the users' JWTs.</param>
    /// <param name="process">The service's process; null where the service must not be killed.</param>
    /// <param name="database">The service's database server; null where it must not be disturbed.</param>
    public ChaosRun(ChaosPlan plan, string run, Uri service, JwtSigner signer, ServiceProcess? process, DatabaseServer? database)
    {
        _plan = plan;
        _process = process;
        _rest = new RestClient(service);
        _users =
        [
            .. plan.Users.Select((devices, number) =>
                new ChaosUser($"chaos-{run}-{number}", devices, service, signer, AcknowledgementDelay)),
        ];
        _reader = new CallRecordReader(_users, _rest);
        _runner = new CallRunner($"chaos-{run}", _users, _rest, Observations);
        _faults = new FaultInjector(_users, process, database);
    }

    /// <summary>What was observed.</summary>
    public RunObservations Observations { get; } = new();

    /// <summary>Executes the plan and checks the result.</summary>
    /// <returns>The recorded calls, and all violations.</returns>
    /// <exception cref="CommandFailedException">The service ended by itself, or no longer answers.</exception>
    public async Task<(IReadOnlyList<RecordedCall> Calls, IReadOnlyList<Violation> Violations)> RunAsync(
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var since = _clock.GetUtcNow();
        var connections = _users.SelectMany(user => user.Connections).Select(connection => connection.RunAsync(stop.Token)).ToList();
        try
        {
            await WaitUntilConnectedAsync(cancellationToken);
            _start = Stopwatch.GetTimestamp();
            var calls = Task.WhenAll(_plan.Calls.Select(call => RunCallAsync(call, stop.Token)));
            var finished = Task.WhenAll(calls, InjectFaultsAsync(stop.Token));
            for (var reported = TimeSpan.Zero; !finished.IsCompleted; await Task.Delay(PollInterval, cancellationToken))
            {
                _process?.EnsureRuns();
                if (Stopwatch.GetElapsedTime(_start) is var elapsed && elapsed - reported >= ProgressInterval)
                {
                    reported = elapsed;
                    await ReportAsync(elapsed);
                }
            }

            await finished;
            await SettleAsync(cancellationToken);
            return await CheckAsync(since, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(connections);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rest.Dispose();
        _faults.Dispose();
    }

    private TimeSpan? AcknowledgementDelay(int connection, CallView call) =>
        call.Metadata is { Plan: var number } ? _plan.Calls[number].Acknowledgements[connection] : null;

    private async Task WaitUntilConnectedAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectTimeout);
        while (_users.Any(user => user.Connections.Any(connection => connection.Client is null)))
        {
            if (limit.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new CommandFailedException($"Not every device could connect within {ConnectTimeout.TotalSeconds:0} seconds.");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private async Task RunCallAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        await WaitUntilAsync(call.At, cancellationToken);
        await _runner.RunAsync(call, cancellationToken);
        Interlocked.Increment(ref _finishedCalls);
    }

    private Task InjectFaultsAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_plan.Faults.Select(async fault =>
        {
            await WaitUntilAsync(fault.At, cancellationToken);
            Observations.Count(fault.Kind.ToString().ToLowerInvariant());
            await _faults.InjectAsync(fault, cancellationToken);
        }));

    private Task ReportAsync(TimeSpan elapsed)
    {
        var connected = _users.Sum(user => user.Connections.Count(connection => connection.Client is not null));
        return Console.Out.WriteLineAsync(
            $"{elapsed.TotalSeconds,4:0} s: {_finishedCalls} of {_plan.Calls.Count} calls made, "
            + $"{connected} connections, {Observations.Violations.Count} violations");
    }

    /// <summary>Hangs up answered calls, waits until the others have ended, and then until every device must have been told.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        var limit = _clock.GetUtcNow() + SettleTimeout;
        while (await _reader.ReadOpenAsync(cancellationToken) is { Count: > 0 } open && _clock.GetUtcNow() < limit)
        {
            foreach (var call in open)
            {
                if (call.AnsweredAt is not null)
                {
                    await HangUpAsync(call, cancellationToken);
                }
                else if (call.RingDeadline is { } ringsUntil && ringsUntil + SettleTimeout > limit)
                {
                    limit = ringsUntil + SettleTimeout;
                }
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        await Task.Delay(2 * DeliveryRules.Grace, cancellationToken);
    }

    private async Task HangUpAsync(CallView call, CancellationToken cancellationToken)
    {
        var initiator = _users.First(user => user.Id == call.InitiatorId);
        var body = new { status = CallStatusNames.Completed };
        await _rest.RetryAsync("PATCH", $"calls/session/{call.Id}/status", initiator.Headers, body, cancellationToken);
        Observations.Count("hung up at the end");
    }

    private async Task<(IReadOnlyList<RecordedCall> Calls, IReadOnlyList<Violation> Violations)> CheckAsync(
        DateTimeOffset since, CancellationToken cancellationToken)
    {
        var observedUntil = _clock.GetUtcNow();
        ConnectionLog[] logs = [.. _users.SelectMany(user => user.Connections).SelectMany(connection => connection.Logs)];
        var calls = await _reader.ReadAllAsync(since, cancellationToken);
        foreach (var receipt in logs.SelectMany(log => log.Receipts))
        {
            Observations.Count($"told by {receipt.Kind}");
        }

        foreach (var recorded in calls)
        {
            Observations.Count($"ended {recorded.Call.EndReason ?? "never"}");
        }

        TimeSpan? ringTimeout = _process is null ? null : ServiceProcess.RingTimeout;
        var check = new ConsistencyCheck(
            calls, Observations.Acknowledged, logs, observedUntil, _faults.Outages, ringTimeout, Observations.CallsByKey);
        return (calls, [.. Observations.Violations, .. check.Run()]);
    }

    private async Task WaitUntilAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        var wait = at - Stopwatch.GetElapsedTime(_start);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, cancellationToken);
        }
    }
}
