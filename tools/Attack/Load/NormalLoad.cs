using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Calls;
using Fayo.Calls.Tools.Http;
using Fayo.Calls.Tools.Hub;

namespace Fayo.Calls.Attack.Load;

/// <summary>
/// What normal users do all the time: whole calls on a timetable, each created, rung, answered, confirmed and ended. Calls that are due
/// while nobody is free are left out, and counted.
/// </summary>
/// <param name="service">The service, on this machine.</param>
/// <param name="signer">Signs the users' JWTs.</param>
internal sealed class NormalLoad(Uri service, JwtSigner signer) : IAsyncDisposable
{
    private const int Pairs = 100;
    private const int CallsPerSecond = 40;

    private static readonly byte[] TokenBody = """{"role":"HOST"}"""u8.ToArray();
    private static readonly byte[] ActiveBody = """{"status":"ACTIVE"}"""u8.ToArray();
    private static readonly byte[] CompletedBody = """{"status":"COMPLETED"}"""u8.ToArray();

    private readonly ConcurrentQueue<UserPair> _idle = new();

    /// <summary>The one that was used longest ago comes first, so that the service closes none as idle.</summary>
    private readonly ConcurrentQueue<HttpConnection> _connections = new();
    private readonly ConcurrentBag<LeanHubClient> _clients = [];
    private readonly CancellationTokenSource _stopping = new();
    private volatile LoadWindow _window = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasStarted;

    /// <summary>Connects the callees, and begins.</summary>
    /// <exception cref="CommandFailedException">A callee cannot connect.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Parallel.ForAsync(0, Pairs, cancellationToken, async (number, token) =>
        {
            var pair = new UserPair(number, signer);
            _clients.Add(await pair.ConnectAsync(service, token));
            _idle.Enqueue(pair);
        });
        _hasStarted = true;
        _ = Task.Run(CallOnTimetableAsync, CancellationToken.None);
    }

    /// <summary>Begins a new window of time for the figures.</summary>
    /// <returns>The window; it holds the calls that begin from now on, until the next one begins.</returns>
    public LoadWindow BeginWindow() => _window = new LoadWindow();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_hasStarted)
        {
            await _stopped.Task.WaitAsync(CancellationToken.None);
        }

        await Task.WhenAll(_clients.Select(client => client.DisposeAsync().AsTask()));
        while (_connections.TryDequeue(out var connection))
        {
            connection.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task CallOnTimetableAsync()
    {
        var start = Stopwatch.GetTimestamp();
        for (var number = 0L; !_stopping.IsCancellationRequested; number++)
        {
            var due = start + (number * Stopwatch.Frequency / CallsPerSecond);
            while (Stopwatch.GetTimestamp() < due)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            }

            if (_idle.TryDequeue(out var pair))
            {
                _ = Task.Run(() => CallAsync(pair, due, _window), CancellationToken.None);
            }
            else
            {
                _window.AddLeftOut();
            }
        }

        _stopped.SetResult();
    }

    private async Task CallAsync(UserPair pair, long due, LoadWindow window)
    {
        if (!_connections.TryDequeue(out var connection))
        {
            connection = new HttpConnection(service);
        }

        var step = "create";
        string? call = null;
        try
        {
            pair.ExpectInvitation();
            Expect(201, await connection.SendAsync("POST", "/api/v1/calls/session", pair.CallerHeader, pair.CreateBody));
            call = $"/api/v1/calls/session/{SessionJson.ReadSessionId(connection.Body)}";
            step = "invitation";
            var invitation = await pair.WaitForInvitationAsync();
            window.AddInvitation(Stopwatch.GetElapsedTime(due, invitation.ReceivedAt).TotalMilliseconds);
            step = "token";
            Expect(201, await connection.SendAsync("POST", $"{call}/token", pair.CalleeHeader, TokenBody));
            step = "active";
            Expect(200, await connection.SendAsync("PATCH", $"{call}/status", pair.CalleeHeader, ActiveBody));
            step = "completed";
            Expect(200, await connection.SendAsync("PATCH", $"{call}/status", pair.CallerHeader, CompletedBody));
        }
        catch (Exception failure) when (failure is UnexpectedStatusException or TimeoutException or SocketException or IOException
            or JsonException)
        {
            window.AddError($"{step}: {(failure is UnexpectedStatusException ? failure.Message : failure.GetType().Name)}");
            await TryEndAsync(connection, pair, call);
        }
        finally
        {
            _connections.Enqueue(connection);
            _idle.Enqueue(pair);
        }
    }

    /// <summary>Ends a call that failed, so that its users are free for the next one.</summary>
    private static async Task TryEndAsync(HttpConnection connection, UserPair pair, string? call)
    {
        try
        {
            if (call is not null)
            {
                await connection.SendAsync("PATCH", $"{call}/status", pair.CallerHeader, """{"status":"CANCELLED"}"""u8.ToArray());
            }
        }
        catch (Exception failure) when (failure is TimeoutException or SocketException or IOException)
        {
            // It rings out.
        }
    }

    private static void Expect(int wanted, int status)
    {
        if (status != wanted)
        {
            throw new UnexpectedStatusException($"http {status}");
        }
    }

    private sealed class UnexpectedStatusException(string message) : Exception(message);
}
