using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// One connection of a user. Most connections are idle, so each holds as little memory as possible: its queue, its watched,
/// ringing and acknowledged calls, and its limit of signals exist only once they are needed.
/// </summary>
/// <param name="socket">SignalR's connection.</param>
/// <param name="caller">The user.</param>
/// <param name="deviceId">The device, as the client named it; null where the connection is its own device.</param>
/// <param name="registry">The registry of this silo's connections.</param>
/// <param name="acknowledger">Acknowledges invitations in the client's place; null where the client does that itself.</param>
internal sealed class ClientConnection(
    HubConnectionContext socket, Caller caller, string? deviceId, ConnectionRegistry registry, DeliveryAcknowledger? acknowledger = null)
{
    /// <summary>
    /// How many signals the connection may send at once, and per second in the long run. Two browsers that look for a way to each
    /// other send a few dozen within a second and hardly any later. More would only fill the queues of the other side.
    /// </summary>
    private const int SignalBurst = 200;

    private const int SignalsPerSecond = 50;

    /// <summary>Takes the place of a version for a call that has ended: greater than every version.</summary>
    private const int Ended = int.MaxValue;

    /// <summary>How many characters of signals may wait for the connection.</summary>
    private const int MaxWaitingSignalLength = 512 * 1024;

    private readonly Lock _gate = new();
    private Queue<Waiting>? _waiting;
    private HashSet<string>? _watched;
    private Dictionary<string, int>? _ringing;
    private HashSet<string>? _acknowledged;

    /// <summary>When invitations were sent that have not been acknowledged, while somebody measures how long that takes.</summary>
    private Dictionary<string, long>? _invited;
    private string? _recordedDevice;
    private TokenBucket? _signals;
    private int _waitingSignalLength;
    private bool _isCatchingUp = true;

    public Caller Caller => caller;

    public string ConnectionId => socket.ConnectionId;

    /// <summary>The device, as the client named it; null where the connection is its own device.</summary>
    public string? DeviceId => deviceId;

    /// <summary>The name of the device, else the identifier of the connection.</summary>
    public string Device => deviceId ?? socket.ConnectionId;

    /// <summary>When the connection opened, in milliseconds since 1970.</summary>
    public long OpenedAt { get; } = registry.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Cancelled when the connection closes.</summary>
    public CancellationToken Closed => socket.ConnectionAborted;

    /// <summary>True once the user's grain knows of the connection, or may know of it.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Completes when the user's grain knows of the connection, or the connection has closed.</summary>
    public Task Announcement { get; set; } = Task.CompletedTask;

    /// <summary>Sends a message, or queues it behind those that the client has not read yet. Never waits.</summary>
    /// <returns>False when the message is not for this connection, or the connection is closed or is being closed.</returns>
    public bool TrySend(UserMessage message, OutgoingMessage outgoing)
    {
        var session = message.Session;
        lock (_gate)
        {
            if (Closed.IsCancellationRequested || (message.WatchersOnly && _watched?.Contains(session.Id) != true))
            {
                return false;
            }

            switch (message.Kind)
            {
                case UserMessageKind.Invitation when !RecordRing(session):
                case UserMessageKind.Invitation when acknowledger is not null && HasAcknowledged(session.Id):
                case UserMessageKind.Reminder when HasAcknowledged(session.Id):
                    return true;
                case UserMessageKind.Invitation:
                    RecordInvited(session.Id);
                    break;
                case UserMessageKind.Reminder:
                    registry.Metrics.RecordResent();
                    RecordRingsOnDelivery(session.Id);
                    break;
                case UserMessageKind.Status when !session.Status.IsOpen:
                    _watched?.Remove(session.Id);
                    _acknowledged?.Remove(session.Id);
                    _invited?.Remove(session.Id);
                    RecordEnd(session.Id);
                    break;
            }

            return Send(new Waiting(outgoing, message));
        }
    }

    /// <summary>
    /// Sends a signal, or queues it. Signals get only half of the queue: browsers repeat them, and the connection that has to ring
    /// and to tell of a call's end must not be closed because of them.
    /// </summary>
    /// <param name="outgoing">The signal.</param>
    /// <param name="length">How long it is, in characters.</param>
    /// <returns>False when there is no room for the signal, or the connection is closed or is being closed.</returns>
    public bool TrySendSignal(OutgoingMessage outgoing, int length)
    {
        lock (_gate)
        {
            if (Closed.IsCancellationRequested || (_waiting?.Count ?? 0) >= registry.QueueLimit / 2
                || (_waiting is not null && _waitingSignalLength + length > MaxWaitingSignalLength))
            {
                return false;
            }

            _waitingSignalLength = _waiting is null ? 0 : _waitingSignalLength + length;
            return Send(new Waiting(outgoing));
        }
    }

    /// <summary>Counts a signal that this connection sends.</summary>
    /// <returns>False when it sends too many.</returns>
    public bool TryTakeSignal()
    {
        lock (_gate)
        {
            return (_signals ??= new TokenBucket(SignalBurst, SignalsPerSecond, registry.Time)).TryTake();
        }
    }

    /// <summary>Sends the invitations that were waiting when the connection opened, except those that it has got since.</summary>
    public void CatchUp(IEnumerable<CallSession> ringing)
    {
        lock (_gate)
        {
            foreach (var session in ringing)
            {
                var message = new UserMessage(UserMessageKind.Invitation, session);
                if (_ringing?.ContainsKey(session.Id) != true
                    && !(acknowledger is not null && HasAcknowledged(session.Id))
                    && registry.Compose(message, connections: 1) is { } outgoing)
                {
                    RecordRing(session);
                    RecordInvited(session.Id);
                    Send(new Waiting(outgoing, message));
                }
            }

            _isCatchingUp = false;
            foreach (var (ended, _) in (_ringing ?? []).Where(call => call.Value == Ended))
            {
                _ringing!.Remove(ended);
            }
        }
    }

    /// <summary>Marks a device as the one that was recorded over this connection.</summary>
    /// <returns>False where it is that already.</returns>
    public bool TryMarkRecorded(string device) => Interlocked.Exchange(ref _recordedDevice, device) != device;

    /// <summary>Records that this connection has acknowledged a call, so that it is not reminded any more.</summary>
    public void RecordAcknowledged(string callId)
    {
        lock (_gate)
        {
            (_acknowledged ??= new HashSet<string>(StringComparer.Ordinal)).Add(callId);
            if (_invited is not null && _invited.Remove(callId, out var sentAt))
            {
                registry.Metrics.RecordAcknowledged(registry.Time.GetElapsedTime(sentAt));
            }
        }
    }

    /// <summary>Watches a call: the connection gets the messages for those who watch it.</summary>
    /// <returns>False when the connection watches too many calls already.</returns>
    public bool TryWatch(string callId)
    {
        lock (_gate)
        {
            _watched ??= new HashSet<string>(StringComparer.Ordinal);
            return _watched.Contains(callId) || (_watched.Count < GatewayLimits.MaxWatchedCalls && _watched.Add(callId));
        }
    }

    /// <summary>Undoes <see cref="TryWatch"/>.</summary>
    public void StopWatching(string callId)
    {
        lock (_gate)
        {
            _watched?.Remove(callId);
        }
    }

    /// <summary>Closes the connection in order. The client connects again, to another silo, and asks what it has missed.</summary>
    public void Close() => socket.Close();

    /// <summary>
    /// Closes the connection, because the user has too many. The client is told so, and that it must not connect again by itself: it
    /// would take the place of another connection.
    /// </summary>
    public void CloseExcess()
    {
        var error = ApiError.TooManyConnections;
        socket.Close(DropReason.TooManyConnections, $"{error.Code}: {error.Detail}", mayReconnect: false);
    }

    /// <summary>Closes the connection. The client connects again and asks what it has missed.</summary>
    public void Abort() => socket.AbortImmediately();

    /// <summary>
    /// Records that a call rings here. While the connection catches up, an invitation may come twice: from the list of waiting
    /// calls, and as a message.
    /// </summary>
    /// <returns>False when the call has rung here in this version already.</returns>
    private bool RecordRing(CallSession session)
    {
        if (_ringing is not null && _ringing.TryGetValue(session.Id, out var version))
        {
            _ringing[session.Id] = Math.Max(version, session.Version);
            return version < session.Version;
        }

        if (_isCatchingUp)
        {
            (_ringing ??= new Dictionary<string, int>(StringComparer.Ordinal)).Add(session.Id, session.Version);
        }

        return true;
    }

    /// <summary>Records that a call has ended. While the connection catches up, the list of waiting calls may still contain it.</summary>
    private void RecordEnd(string callId)
    {
        if (_isCatchingUp)
        {
            (_ringing ??= new Dictionary<string, int>(StringComparer.Ordinal))[callId] = Ended;
        }
        else
        {
            _ringing?.Remove(callId);
        }
    }

    private bool HasAcknowledged(string callId) => _acknowledged?.Contains(callId) == true;

    /// <summary>
    /// Where the client does not acknowledge, an invitation that is sent counts as acknowledged, so that it is not sent again over this
    /// connection.
    /// </summary>
    private void RecordRingsOnDelivery(string callId)
    {
        if (acknowledger is not null)
        {
            (_acknowledged ??= new HashSet<string>(StringComparer.Ordinal)).Add(callId);
        }
    }

    private void RecordInvited(string callId)
    {
        RecordRingsOnDelivery(callId);
        if (acknowledger is null && registry.Metrics.MeasuresAcknowledgements)
        {
            (_invited ??= new Dictionary<string, long>(StringComparer.Ordinal)).TryAdd(callId, registry.Time.GetTimestamp());
        }
    }

    private bool Send(Waiting message)
    {
        if (_waiting is null)
        {
            var write = message.Outgoing.WriteToAsync(socket);
            if (write.IsCompletedSuccessfully)
            {
                AcknowledgeDelivery(message);
            }
            else
            {
                _waiting = new Queue<Waiting>();
                _ = DrainAsync(write.AsTask(), message);
            }

            return true;
        }

        if (_waiting.Count >= registry.QueueLimit)
        {
            registry.Drop(this, DropReason.QueueFull);
            return false;
        }

        _waiting.Enqueue(message);
        return true;
    }

    /// <summary>The invitation is on its way: the device rings, where its client does not say so itself.</summary>
    private void AcknowledgeDelivery(Waiting written)
    {
        if (acknowledger is not null && written.Source is { Kind: UserMessageKind.Invitation or UserMessageKind.Reminder } invitation)
        {
            acknowledger.Acknowledge(this, invitation.Session.Id);
        }
    }

    /// <summary>Writes the waiting messages as fast as the client reads them, and ends when there are none.</summary>
    private async Task DrainAsync(Task write, Waiting written)
    {
        try
        {
            while (true)
            {
                await write.WaitAsync(registry.SendTimeout, registry.Time);
                AcknowledgeDelivery(written);
                lock (_gate)
                {
                    OutgoingMessage? outgoing = null;
                    while (outgoing is null)
                    {
                        if (!_waiting!.TryDequeue(out written))
                        {
                            _waiting = null;
                            return;
                        }

                        // Made again, because an invitation says how much longer it may ring.
                        outgoing = written.Source is { } source ? registry.Compose(source, connections: 1) : written.Outgoing;
                    }

                    write = outgoing.Value.WriteToAsync(socket).AsTask();
                }
            }
        }
        catch (TimeoutException)
        {
            registry.Drop(this, DropReason.Slow);
        }
    }

    /// <summary>A message that is to be sent.</summary>
    /// <param name="Outgoing">The message as it would be sent now.</param>
    /// <param name="Source">What the message is made of, if it has to be made again after waiting; null where it does not change.</param>
    private readonly record struct Waiting(OutgoingMessage Outgoing, UserMessage? Source = null);
}
