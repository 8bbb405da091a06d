using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Fayo.Calls.Cli.Chaos.Ledger;

namespace Fayo.Calls.Cli.Chaos;

/// <summary>A device's connection to the hub: it comes back whenever it is gone, asks for <c>sync</c>, and keeps a log of what it is told.</summary>
/// <param name="service">Where the service is.</param>
/// <param name="userId">Whose device.</param>
/// <param name="device">Its name.</param>
/// <param name="accessToken">The user's JWT.</param>
/// <param name="acknowledgesAfter">After how long the device acknowledges an invitation; null where it does not.</param>
internal sealed class DeviceConnection(
    Uri service, string userId, string device, string accessToken, Func<CallView, TimeSpan?> acknowledgesAfter)
{
    private static readonly TimeSpan PauseBeforeReturn = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<ConnectionLog> _logs = new();
    private readonly ConcurrentDictionary<string, bool> _acknowledging = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock = TimeProvider.System;
    private volatile Live? _live;
    private DateTimeOffset _awayUntil;

    /// <summary>The device's name.</summary>
    public string Device => device;

    /// <summary>What each of its connections was told, oldest first.</summary>
    public IReadOnlyCollection<ConnectionLog> Logs => _logs;

    /// <summary>The open connection; null where there is none.</summary>
    public HubClient? Client => _live?.Client;

    /// <summary>Stays connected until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await LiveAsync(stopping);
            }
            catch (Exception gone) when (IsGone(gone))
            {
                // The service is down, or was while this connected.
            }

            var away = _awayUntil - _clock.GetUtcNow();
            await Task.Delay(away > PauseBeforeReturn ? away : PauseBeforeReturn, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Loses the connection, and comes back after a while.</summary>
    /// <param name="away">How long it is gone.</param>
    /// <param name="properly">True where the service is told.</param>
    public async Task LeaveAsync(TimeSpan away, bool properly)
    {
        var now = _clock.GetUtcNow();
        _awayUntil = now + away;
        if (_live is not { } live)
        {
            return;
        }

        live.Log.Close(now);
        if (properly)
        {
            live.Client.ResumeReading();
            await live.Client.DisposeAsync();
        }
        else
        {
            live.Client.Abort();
        }
    }

    /// <summary>Takes no messages for a while.</summary>
    public async Task SleepAsync(TimeSpan duration)
    {
        if (_live is not { } live)
        {
            return;
        }

        live.Log.Pause(_clock.GetUtcNow());
        live.Client.PauseReading();
        await Task.Delay(duration);
        live.Log.Resume(_clock.GetUtcNow());
        live.Client.ResumeReading();
    }

    /// <summary>True for what a connection throws that is gone, or cannot be opened.</summary>
    public static bool IsGone(Exception failure) => failure is CommandFailedException or HubException or WebSocketException or SocketException
        or IOException or OperationCanceledException or TimeoutException or ObjectDisposedException or InvalidOperationException;

    private async Task LiveAsync(CancellationToken stopping)
    {
        var log = new ConnectionLog(userId, device);
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Live? live = null;
        void Take(ReadOnlySpan<byte> target, ReadOnlySpan<byte> argument)
        {
            var now = _clock.GetUtcNow();
            if (target.SequenceEqual("connected"u8))
            {
                log.Open(now);
                connected.TrySetResult();
            }
            else if (target.SequenceEqual("call_invitation"u8))
            {
                Ring(log, ReceiptKind.Invitation, Read(argument), now, live);
            }
            else if (target.SequenceEqual("call_status"u8))
            {
                log.Add(ReceiptKind.Status, Read(argument), now);
            }
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(StepLimit);
        await using var client = await HubClient.ConnectAsync(service, accessToken, device, Take, limit.Token);
        try
        {
            live = new Live(client, log);
            await connected.Task.WaitAsync(limit.Token);
            _logs.Enqueue(log);
            _live = live;
            await SyncAsync(live, limit.Token);
            await client.WaitForEndAsync(stopping);
        }
        finally
        {
            _live = null;
            log.Close(_clock.GetUtcNow());
        }
    }

    private async Task SyncAsync(Live live, CancellationToken cancellationToken)
    {
        var asked = _clock.GetUtcNow();
        var answer = await live.Client.InvokeAsync("sync", new { }, cancellationToken);
        foreach (var invitation in answer.GetProperty("invitations").Deserialize<CallView[]>(CallView.Json)!)
        {
            Ring(live.Log, ReceiptKind.SyncedInvitation, invitation, asked, live);
        }

        foreach (var call in answer.GetProperty("calls").Deserialize<CallView[]>(CallView.Json)!)
        {
            live.Log.Add(ReceiptKind.SyncedCall, call, asked);
        }
    }

    /// <summary>An invitation may come several times, and while the first is being acknowledged.</summary>
    private void Ring(ConnectionLog log, ReceiptKind kind, CallView call, DateTimeOffset now, Live? live)
    {
        log.Add(kind, call, now);
        if (live is not null && acknowledgesAfter(call) is { } wait && _acknowledging.TryAdd(call.Id, true))
        {
            _ = AcknowledgeAsync(live.Client, call.Id, wait);
        }
    }

    private async Task AcknowledgeAsync(HubClient client, string callId, TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait);
            using var limit = new CancellationTokenSource(StepLimit);
            await client.InvokeAsync("invitation_ack", new { sessionId = callId, deviceId = device }, limit.Token);
        }
        catch (HubException)
        {
            // It ended or was confirmed meanwhile.
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // Whether it was heard is unknown: should it ring here again, it is acknowledged again.
            _acknowledging.TryRemove(callId, out _);
        }
    }

    private static CallView Read(ReadOnlySpan<byte> session) => JsonSerializer.Deserialize<CallView>(session, CallView.Json)!;

    private sealed record Live(HubClient Client, ConnectionLog Log);
}
