using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace Fayo.Calls.Cli.Bench;

/// <summary>Drives whole calls and counts them: create, invitation received, token, ACTIVE by the callee, COMPLETED by the caller.</summary>
internal sealed class CallLoad(LoadOptions options, Uri service, JwtSigner signer)
{
    private const int ConnectsAtOnce = 64;

    // What an open loop may have under way and waiting; past that a call that is due is counted as shed, so that a service
    // that does not keep up cannot make the driver eat all memory.
    private const int MostConnections = 256;
    private const int MostWaiting = 5000;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);
    private static readonly byte[] TokenBody = """{"role":"HOST"}"""u8.ToArray();
    private static readonly byte[] ActiveBody = """{"status":"ACTIVE"}"""u8.ToArray();
    private static readonly byte[] CompletedBody = """{"status":"COMPLETED"}"""u8.ToArray();

    private readonly ConcurrentQueue<Pair> _freePairs = new();
    private readonly ConcurrentDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly Samples _inviteTimes = new();
    private readonly Samples _createTimes = new();
    private readonly Samples _callTimes = new();
    private long _windowStart;
    private long _windowEnd;
    private int _completed;

    /// <summary>Connects everybody, warms up, measures.</summary>
    /// <exception cref="CommandFailedException">A connection or the first call failed: there is nothing to measure.</exception>
    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        var clients = new ConcurrentBag<HubClient>();
        try
        {
            var atOnce = new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, options.Users, atOnce, async (number, token) =>
            {
                var pair = new Pair(number, signer);
                clients.Add(await pair.ConnectAsync(service, token));
                _freePairs.Enqueue(pair);
            });
            await TryOneCallAsync();

            var start = Stopwatch.GetTimestamp();
            _windowStart = start + Ticks(options.Warmup);
            _windowEnd = _windowStart + Ticks(options.Measured);
            var usage = MeasureUsageAsync(cancellationToken);
            await (options.Rate is { } rate ? OpenLoopAsync(start, rate, cancellationToken) : ClosedLoopAsync(cancellationToken));
            return new LoadResult(_completed, _errors, _inviteTimes.Summarize(), _createTimes.Summarize(), _callTimes.Summarize(), await usage);
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }
    }

    /// <summary>Before the clock starts, one call has to go well: figures of a service that refuses everything are worth nothing.</summary>
    private async Task TryOneCallAsync()
    {
        _windowStart = _windowEnd = long.MaxValue;
        using var connection = new HttpConnection(service);
        if (!await CallAsync(connection, Stopwatch.GetTimestamp()))
        {
            throw new CommandFailedException($"The first call failed ({string.Join(", ", _errors.Keys)}): nothing is measured.");
        }
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
        using var free = new SemaphoreSlim(Math.Min(MostConnections, options.Users));
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

            if (Volatile.Read(ref underWay) >= MostWaiting)
            {
                Count("shed");
            }
            else
            {
                Interlocked.Increment(ref underWay);
                _ = Task.Run(() => CallWhenFreeAsync(due), CancellationToken.None);
            }
        }

        var giveUp = Stopwatch.GetTimestamp() + Ticks(Drain);
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

    /// <param name="connection">Is used for this call alone as long as it lasts.</param>
    /// <param name="due">When the call should have begun: every duration counts from here, so that a queue cannot hide.</param>
    /// <returns>False when a step failed.</returns>
    private async Task<bool> CallAsync(HttpConnection connection, long due)
    {
        if (!_freePairs.TryDequeue(out var pair))
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
            Note(due, created, invitation.At, Stopwatch.GetTimestamp());
            return true;
        }
        catch (Exception failure) when (failure is UnexpectedAnswerException or TimeoutException or SocketException or IOException or JsonException)
        {
            Count($"{step}: {Describe(failure)}");
            return false;
        }
        finally
        {
            _freePairs.Enqueue(pair);
        }
    }

    private void Note(long due, long created, long invited, long ended)
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

    private async Task<Usage> MeasureUsageAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.Warmup, cancellationToken);
        var before = ReadUsage();
        await Task.Delay(options.Measured, cancellationToken);
        return ReadUsage() - before;
    }

    private Usage ReadUsage()
    {
        var (busy, stolen) = ProcessUsage.MachineSeconds();
        return new Usage(
            options.ServerProcessId is { } server ? ProcessUsage.ProcessorSeconds(server) : 0,
            options.PostgresProcessId is { } postgres ? ProcessUsage.ProcessorSeconds(postgres) : 0,
            ProcessUsage.ProcessorSeconds(Environment.ProcessId),
            busy,
            stolen);
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

/// <summary>What to drive.</summary>
internal sealed record LoadOptions
{
    /// <summary>Closed loop: how many calls are under way at any time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Open loop: how many calls begin in a second, however the service does; null for the closed loop.</summary>
    public int? Rate { get; init; }

    /// <summary>How many pairs of users take turns; each callee holds a connection.</summary>
    public required int Users { get; init; }

    /// <summary>How long to drive before it counts.</summary>
    public required TimeSpan Warmup { get; init; }

    /// <summary>How long it counts.</summary>
    public required TimeSpan Measured { get; init; }

    /// <summary>The service's process, for its processor time.</summary>
    public int? ServerProcessId { get; init; }

    /// <summary>PostgreSQL's first process, for the processor time of all of them.</summary>
    public int? PostgresProcessId { get; init; }
}

/// <summary>Processor time in seconds.</summary>
internal sealed record Usage(double Server, double Postgres, double Driver, double Busy, double Stolen)
{
    /// <summary>What was used in between.</summary>
    public static Usage operator -(Usage later, Usage earlier) => new(
        later.Server - earlier.Server,
        later.Postgres - earlier.Postgres,
        later.Driver - earlier.Driver,
        later.Busy - earlier.Busy,
        later.Stolen - earlier.Stolen);
}

/// <summary>What came of it.</summary>
internal sealed record LoadResult(
    int Calls, IReadOnlyDictionary<string, int> Errors, Spread InviteTimes, Spread CreateTimes, Spread CallTimes, Usage Usage);
