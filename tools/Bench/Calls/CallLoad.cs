using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Fayo.Calls.Bench.Measuring;
using Fayo.Calls.Tools.Calls;
using Fayo.Calls.Tools.Http;
using Fayo.Calls.Tools.Measuring;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Bench.Calls;

/// <summary>
/// Drives whole calls and measures them: create, invitation received, token, ACTIVE by the callee, COMPLETED by the caller.
/// </summary>
/// <param name="options">How calls are driven.</param>
/// <param name="service">Where the service is.</param>
/// <param name="signer">Signs the users' JWTs.</param>
internal sealed class CallLoad(LoadOptions options, Uri service, JwtSigner signer)
{
    private const int MaxConcurrentConnects = 64;

    // Limits of the open loop: calls under way, and calls under way or waiting. Beyond that a call that is due is counted as
    // "shed", so that the driver does not run out of memory when the service does not keep up.
    private const int MaxConnections = 256;
    private const int MaxUnfinished = 5000;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(20);
    private static readonly byte[] TokenBody = """{"role":"HOST"}"""u8.ToArray();
    private static readonly byte[] ActiveBody = """{"status":"ACTIVE"}"""u8.ToArray();
    private static readonly byte[] CompletedBody = """{"status":"COMPLETED"}"""u8.ToArray();

    private readonly ConcurrentQueue<UserPair> _idlePairs = new();
    private readonly ConcurrentDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly DurationSamples _inviteTimes = new();
    private readonly DurationSamples _createTimes = new();
    private readonly DurationSamples _callTimes = new();
    private long _windowStart;
    private long _windowEnd;
    private int _completed;

    /// <summary>Connects all callees, warms up, and measures.</summary>
    /// <exception cref="CommandFailedException">A connection or the first call failed: there is nothing to measure.</exception>
    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        var clients = new ConcurrentBag<IAsyncDisposable>();
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentConnects, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, options.Users, parallel, async (number, token) =>
            {
                var pair = new UserPair(number, signer);
                clients.Add(await ConnectAsync(pair, token));
                _idlePairs.Enqueue(pair);
            });
            await TryOneCallAsync();
            await WarmUpAsync(cancellationToken);

            var start = Stopwatch.GetTimestamp();
            _windowStart = start + Ticks(options.Warmup);
            _windowEnd = _windowStart + Ticks(options.Measured);
            var usage = MeasureUsageAsync(cancellationToken);
            await (options.Rate is { } rate ? OpenLoopAsync(start, rate, cancellationToken) : ClosedLoopAsync(cancellationToken));
            return new LoadResult(
                _completed, _errors, _inviteTimes.Summarize(), _createTimes.Summarize(), _callTimes.Summarize(), await usage);
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }
    }

    private async Task<IAsyncDisposable> ConnectAsync(UserPair pair, CancellationToken cancellationToken) =>
        options.BySocketIo
            ? await pair.ConnectBySocketIoAsync(service, cancellationToken)
            : await pair.ConnectAsync(service, cancellationToken);

    /// <summary>Makes one call before measuring: figures of a service that refuses every call would mean nothing.</summary>
    private async Task TryOneCallAsync()
    {
        _windowStart = _windowEnd = long.MaxValue;
        using var connection = new HttpConnection(service);
        if (!await CallAsync(connection, Stopwatch.GetTimestamp()))
        {
            throw new CommandFailedException($"The first call failed ({string.Join(", ", _errors.Keys)}): nothing is measured.");
        }
    }

    private Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var left = options.WarmupCalls;
        async Task WorkAsync()
        {
            using var connection = new HttpConnection(service);
            while (Interlocked.Decrement(ref left) >= 0 && !cancellationToken.IsCancellationRequested)
            {
                await CallAsync(connection, Stopwatch.GetTimestamp());
            }
        }

        return Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(WorkAsync, cancellationToken)));
    }

    private Task ClosedLoopAsync(CancellationToken cancellationToken)
    {
        async Task WorkAsync()
        {
            using var connection = new HttpConnection(service);
            while (Stopwatch.GetTimestamp() is var now && now < _windowEnd && !cancellationToken.IsCancellationRequested)
            {
                if (!await CallAsync(connection, now))
                {
                    await Task.Delay(PauseAfterFailure, cancellationToken);
                }
            }
        }

        return Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(WorkAsync, cancellationToken)));
    }

    private async Task OpenLoopAsync(long start, int rate, CancellationToken cancellationToken)
    {
        using var free = new SemaphoreSlim(Math.Min(MaxConnections, options.Users));
        var connections = new ConcurrentStack<HttpConnection>();
        var underWay = 0;
        async Task CallWhenFreeAsync(long due)
        {
            await free.WaitAsync(CancellationToken.None);
            if (!connections.TryPop(out var connection))
            {
                connection = new HttpConnection(service);
            }

            await CallAsync(connection, due);
            connections.Push(connection);
            free.Release();
            Interlocked.Decrement(ref underWay);
        }

        for (var number = 0L; start + (number * Stopwatch.Frequency / rate) is var due && due < _windowEnd; number++)
        {
            while (Stopwatch.GetTimestamp() < due)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
            }

            if (Volatile.Read(ref underWay) >= MaxUnfinished)
            {
                Count("shed");
            }
            else
            {
                Interlocked.Increment(ref underWay);
                _ = Task.Run(() => CallWhenFreeAsync(due), CancellationToken.None);
            }
        }

        var giveUp = Stopwatch.GetTimestamp() + Ticks(DrainTimeout);
        while (Volatile.Read(ref underWay) > 0 && Stopwatch.GetTimestamp() < giveUp)
        {
            await Task.Delay(PauseAfterFailure, cancellationToken);
        }

        if (Volatile.Read(ref underWay) is var unfinished and > 0)
        {
            _errors["unfinished"] = unfinished;
        }

        while (connections.TryPop(out var connection))
        {
            connection.Dispose();
        }
    }

    /// <param name="connection">The connection for the requests; not shared while the call lasts.</param>
    /// <param name="due">When the call should have begun. Every duration counts from here, so that time in a queue is part of it.</param>
    /// <returns>False where a step failed.</returns>
    private async Task<bool> CallAsync(HttpConnection connection, long due)
    {
        if (!_idlePairs.TryDequeue(out var pair))
        {
            throw new InvalidOperationException("There are fewer pairs than calls under way.");
        }

        var step = "create";
        try
        {
            pair.ExpectInvitation();
            Expect(201, await connection.SendAsync("POST", "/api/v1/calls/session", pair.CallerHeader, pair.CreateBody));
            var created = Stopwatch.GetTimestamp();
            var callId = SessionJson.ReadSessionId(connection.Body);

            step = "invitation";
            var invitation = await pair.WaitForInvitationAsync();
            if (invitation.CallId != callId)
            {
                throw new UnexpectedAnswerException("of another call");
            }

            step = "token";
            Expect(201, await connection.SendAsync("POST", $"/api/v1/calls/session/{callId}/token", pair.CalleeHeader, TokenBody));
            step = "active";
            Expect(200, await connection.SendAsync("PATCH", $"/api/v1/calls/session/{callId}/status", pair.CalleeHeader, ActiveBody));
            step = "completed";
            Expect(200, await connection.SendAsync("PATCH", $"/api/v1/calls/session/{callId}/status", pair.CallerHeader, CompletedBody));
            Record(due, created, invitation.ReceivedAt, Stopwatch.GetTimestamp());
            return true;
        }
        catch (Exception failure) when (failure is UnexpectedAnswerException or TimeoutException
            or SocketException or IOException or JsonException)
        {
            Count($"{step}: {Describe(failure)}");
            return false;
        }
        finally
        {
            _idlePairs.Enqueue(pair);
        }
    }

    private void Record(long due, long created, long invited, long ended)
    {
        if (ended >= _windowStart && ended < _windowEnd)
        {
            Interlocked.Increment(ref _completed);
        }

        if (due >= _windowStart && due < _windowEnd)
        {
            _inviteTimes.Add(Milliseconds(due, invited));
            _createTimes.Add(Milliseconds(due, created));
            _callTimes.Add(Milliseconds(due, ended));
        }
    }

    private async Task<CpuUsage> MeasureUsageAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.Warmup, cancellationToken);
        var before = CpuUsage.Read(options.ServerProcessId, options.PostgresProcessId);
        await Task.Delay(options.Measured, cancellationToken);
        return CpuUsage.Read(options.ServerProcessId, options.PostgresProcessId) - before;
    }

    private void Count(string error) => _errors.AddOrUpdate(error, 1, (_, count) => count + 1);

    private static void Expect(int wanted, int status)
    {
        if (status != wanted)
        {
            throw new UnexpectedAnswerException($"http {status}");
        }
    }

    private static string Describe(Exception failure) => failure switch
    {
        TimeoutException => "timeout",
        SocketException socket => socket.SocketErrorCode.ToString(),
        _ => failure.Message,
    };

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private sealed class UnexpectedAnswerException(string message) : Exception(message);
}
