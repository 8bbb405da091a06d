using System.Collections.Concurrent;
using System.Diagnostics;
using Fayo.Calls.Cli.Chaos.Ledger;
using Fayo.Calls.Cli.Chaos.Plan;

namespace Fayo.Calls.Cli.Chaos;

/// <summary>Carries out a plan, waits until everything is settled, and compares what is on record with what was told.</summary>
internal sealed class ChaosRun : IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(60);

    // After the last ring deadline: the sweep looks once a second, and the machine may be busy.
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly ChaosPlan _plan;
    private readonly ServiceProcess? _process;
    private readonly ChaosRest _rest;
    private readonly ChaosUser[] _users;
    private readonly LedgerReader _reader;
    private readonly CallPlayer _player;
    private readonly ConcurrentQueue<Outage> _outages = new();
    private readonly TimeProvider _clock = TimeProvider.System;
    private long _start;
    private int _played;

    /// <summary>A run that has not begun.</summary>
    /// <param name="plan">What will be tried.</param>
    /// <param name="run">Tells this run's users from those of others.</param>
    /// <param name="service">Where the service is.</param>
    /// <param name="signer">Makes the users' JWTs.</param>
    /// <param name="process">The service's process; null where it is not ours to kill.</param>
    public ChaosRun(ChaosPlan plan, string run, Uri service, JwtSigner signer, ServiceProcess? process)
    {
        _plan = plan;
        _process = process;
        _rest = new ChaosRest(service);
        _users = [.. plan.Users.Select((devices, number) => new ChaosUser($"chaos-{run}-{number}", devices, service, signer, AcknowledgesAfter))];
        _reader = new LedgerReader(_users, _rest);
        _player = new CallPlayer($"chaos-{run}", _users, _rest, Tally);
    }

    /// <summary>What happened.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Does everything.</summary>
    /// <returns>The calls on record, and everything that is wrong.</returns>
    /// <exception cref="CommandFailedException">The service ended by itself, or does not answer any more.</exception>
    public async Task<(IReadOnlyList<LedgerCall> Calls, IReadOnlyList<Violation> Violations)> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var since = _clock.GetUtcNow();
        var connections = _users.SelectMany(user => user.Connections).Select(connection => connection.RunAsync(stop.Token)).ToList();
        try
        {
            await WaitUntilConnectedAsync(cancellationToken);
            _start = Stopwatch.GetTimestamp();
            var played = Task.WhenAll(Task.WhenAll(_plan.Calls.Select(call => PlayAsync(call, stop.Token))), SpoilAsync(stop.Token));
            for (var reported = TimeSpan.Zero; !played.IsCompleted; await Task.Delay(Pause, cancellationToken))
            {
                _process?.EnsureRuns();
                if (Stopwatch.GetElapsedTime(_start) is var elapsed && elapsed - reported >= ProgressInterval)
                {
                    reported = elapsed;
                    await ReportAsync(elapsed);
                }
            }

            await played;
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
    public void Dispose() => _rest.Dispose();

    private TimeSpan? AcknowledgesAfter(int connection, CallView call) =>
        call.Metadata is { Plan: var number } ? _plan.Calls[number].Acknowledgements[connection] : null;

    private async Task WaitUntilConnectedAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        while (_users.Any(user => user.Connections.Any(connection => connection.Client is null)))
        {
            if (limit.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new CommandFailedException($"Not everybody could connect within {ConnectLimit.TotalSeconds:0} seconds.");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task PlayAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        await WaitUntilAsync(call.At, cancellationToken);
        await _player.PlayAsync(call, cancellationToken);
        Interlocked.Increment(ref _played);
    }

    private Task SpoilAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_plan.Faults.Select(async fault =>
        {
            await WaitUntilAsync(fault.At, cancellationToken);
            Tally.Count(fault.Kind.ToString().ToLowerInvariant());
            var connection = _users[fault.User].Connections[fault.Connection];
            await (fault.Kind switch
            {
                FaultKind.Drop => connection.LeaveAsync(fault.Lasts, properly: false),
                FaultKind.Leave => connection.LeaveAsync(fault.Lasts, properly: true),
                FaultKind.Slow => connection.SleepAsync(fault.Lasts),
                _ => RestartAsync(cancellationToken),
            });
        }));

    private async Task RestartAsync(CancellationToken cancellationToken)
    {
        var from = _clock.GetUtcNow();
        await _process!.KillAsync();
        await _process.StartAsync(cancellationToken);
        _outages.Enqueue(new Outage(from, _clock.GetUtcNow()));
    }

    private Task ReportAsync(TimeSpan elapsed)
    {
        var connected = _users.Sum(user => user.Connections.Count(connection => connection.Client is not null));
        return Console.Out.WriteLineAsync(
            $"{elapsed.TotalSeconds,4:0} s: {_played} of {_plan.Calls.Count} calls played, {connected} connections, {Tally.Violations.Count} violations");
    }

    /// <summary>Hangs up what was answered and waits until the rest has rung out; and then, until everybody must have been told.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        var limit = _clock.GetUtcNow() + SettleLimit;
        while (await _reader.ReadOpenAsync(cancellationToken) is { Count: > 0 } open && _clock.GetUtcNow() < limit)
        {
            foreach (var call in open)
            {
                if (call.AnsweredAt is not null)
                {
                    await HangUpAsync(call, cancellationToken);
                }
                else if (call.RingDeadline is { } ringsUntil && ringsUntil + SettleLimit > limit)
                {
                    limit = ringsUntil + SettleLimit;
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }

        await Task.Delay(2 * DeliveryRules.Grace, cancellationToken);
    }

    private async Task HangUpAsync(CallView call, CancellationToken cancellationToken)
    {
        var initiator = _users.First(user => user.Id == call.InitiatorId);
        await _rest.InsistAsync("PATCH", $"calls/session/{call.Id}/status", initiator.Headers, new { status = WireNames.Of(CallStatus.Completed) }, cancellationToken);
        Tally.Count("hung up at the end");
    }

    private async Task<(IReadOnlyList<LedgerCall> Calls, IReadOnlyList<Violation> Violations)> CheckAsync(
        DateTimeOffset since, CancellationToken cancellationToken)
    {
        var lookedAt = _clock.GetUtcNow();
        ConnectionLog[] logs = [.. _users.SelectMany(user => user.Connections).SelectMany(connection => connection.Logs)];
        var calls = await _reader.ReadAllAsync(since, cancellationToken);
        foreach (var receipt in logs.SelectMany(log => log.Receipts))
        {
            Tally.Count($"told by {receipt.Kind}");
        }

        foreach (var ledger in calls)
        {
            Tally.Count($"ended {(ledger.Call.EndReason is { } reason ? WireNames.Of(reason) : "never")}");
        }

        TimeSpan? ringTimeout = _process is null ? null : ServiceProcess.RingTimeout;
        var check = new LedgerCheck(calls, Tally.Acknowledged, logs, lookedAt, [.. _outages], ringTimeout, Tally.Keyed);
        return (calls, [.. Tally.Violations, .. check.Run()]);
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
