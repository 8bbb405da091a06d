using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Fayo.Calls.Chaos.Records;
using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Hub;

namespace Fayo.Calls.Chaos.Clients;

/// <summary>A device's connection to the hub. It reconnects whenever it is lost, asks for <c>sync</c>, and logs what it is told.</summary>
/// <param name="service">Where the service is.</param>
/// <param name="userId">The user whose device it is.</param>
/// <param name="device">Its name.</param>
/// <param name="accessToken">The user's JWT.</param>
/// <param name="acknowledgementDelay">How long after an invitation the device acknowledges it; null where it does not.</param>
internal sealed class DeviceConnection(
    Uri service, string userId, string device, string accessToken, Func<CallView, TimeSpan?> acknowledgementDelay)
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<ConnectionLog> _logs = new();
    private readonly ConcurrentDictionary<string, bool> _acknowledging = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock = TimeProvider.System;
    private volatile OpenConnection? _open;
    private DateTimeOffset _disconnectedUntil;

    /// <summary>The device's name.</summary>
    public string Device => device;

    /// <summary>What each of its connections was told, oldest first.</summary>
    public IReadOnlyCollection<ConnectionLog> Logs => _logs;

    /// <summary>The connection while it is open; null otherwise.</summary>
    public LeanHubClient? Client => _open?.Client;

    /// <summary>Stays connected until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await StayConnectedAsync(stopping);
            }
            catch (Exception gone) when (IsConnectionFailure(gone))
            {
                // The service is down, or went down while this connected.
            }

            var away = _disconnectedUntil - _clock.GetUtcNow();
            var delay = away > ReconnectDelay ? away : ReconnectDelay;
            await Task.Delay(delay, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Disconnects, and reconnects after a while.</summary>
    /// <param name="duration">How long it stays disconnected.</param>
    /// <param name="isClosed">True where the connection is closed properly, false where it is dropped.</param>
    public async Task DisconnectAsync(TimeSpan duration, bool isClosed)
    {
        var now = _clock.GetUtcNow();
        _disconnectedUntil = now + duration;
        if (_open is not { } open)
        {
            return;
        }

        open.Log.Close(now);
        if (isClosed)
        {
            open.Client.ResumeReading();
            await open.Client.DisposeAsync();
        }
        else
        {
            open.Client.Abort();
        }
    }

    /// <summary>Reads no messages for a while.</summary>
    public async Task SleepAsync(TimeSpan duration)
    {
        if (_open is not { } open)
        {
            return;
        }

        open.Log.Pause(_clock.GetUtcNow());
        open.Client.PauseReading();
        await Task.Delay(duration);
        open.Log.Resume(_clock.GetUtcNow());
        open.Client.ResumeReading();
    }

    /// <summary>True for the exceptions of a connection that is lost or cannot be opened.</summary>
    public static bool IsConnectionFailure(Exception failure) => failure is CommandFailedException or HubInvocationException
        or WebSocketException or SocketException or IOException or OperationCanceledException or TimeoutException
        or ObjectDisposedException or InvalidOperationException;

    private async Task StayConnectedAsync(CancellationToken stopping)
    {
        var log = new ConnectionLog(userId, device);
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OpenConnection? open = null;
        void Handle(ReadOnlySpan<byte> target, ReadOnlySpan<byte> argument)
        {
            var now = _clock.GetUtcNow();
            if (target.SequenceEqual("connected"u8))
            {
                log.Open(now);
                connected.TrySetResult();
            }
            else if (target.SequenceEqual("call_invitation"u8))
            {
                HandleInvitation(log, ReceiptKind.Invitation, Read(argument), now, open);
            }
            else if (target.SequenceEqual("call_status"u8))
            {
                log.Add(ReceiptKind.Status, Read(argument), now);
            }
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(StepTimeout);
        await using var client = await LeanHubClient.ConnectAsync(service, accessToken, device, Handle, limit.Token);
        try
        {
            open = new OpenConnection(client, log);
            await connected.Task.WaitAsync(limit.Token);
            _logs.Enqueue(log);
            _open = open;
            await SyncAsync(open, limit.Token);
            await client.WaitForEndAsync(stopping);
        }
        finally
        {
            _open = null;
            log.Close(_clock.GetUtcNow());
        }
    }

    private async Task SyncAsync(OpenConnection open, CancellationToken cancellationToken)
    {
        var asked = _clock.GetUtcNow();
        var answer = await open.Client.InvokeAsync("sync", new { }, cancellationToken);
        foreach (var invitation in answer.GetProperty("invitations").Deserialize<CallView[]>(CallView.Json)!)
        {
            HandleInvitation(open.Log, ReceiptKind.SyncedInvitation, invitation, asked, open);
        }

        foreach (var call in answer.GetProperty("calls").Deserialize<CallView[]>(CallView.Json)!)
        {
            open.Log.Add(ReceiptKind.SyncedCall, call, asked);
        }
    }

    /// <summary>Logs an invitation, and acknowledges it once: it may come several times.</summary>
    private void HandleInvitation(ConnectionLog log, ReceiptKind kind, CallView call, DateTimeOffset now, OpenConnection? open)
    {
        log.Add(kind, call, now);
        if (open is not null && acknowledgementDelay(call) is { } wait && _acknowledging.TryAdd(call.Id, true))
        {
            _ = AcknowledgeAsync(open.Client, call.Id, wait);
        }
    }

    private async Task AcknowledgeAsync(LeanHubClient client, string callId, TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait);
            using var limit = new CancellationTokenSource(StepTimeout);
            await client.InvokeAsync("invitation_ack", new { sessionId = callId, deviceId = device }, limit.Token);
        }
        catch (HubInvocationException)
        {
            // The call ended or was confirmed meanwhile.
        }
        catch (Exception gone) when (IsConnectionFailure(gone))
        {
            // It is unknown whether the acknowledgement arrived: if the invitation comes again, it is acknowledged again.
            _acknowledging.TryRemove(callId, out _);
        }
    }

    private static CallView Read(ReadOnlySpan<byte> session) => JsonSerializer.Deserialize<CallView>(session, CallView.Json)!;

    private sealed record OpenConnection(LeanHubClient Client, ConnectionLog Log);
}
