using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// One connection of a user. There is one for everybody who is merely online, so that it holds nothing an idle connection
/// can do without: its queue, its joined, rung and acknowledged calls, and its allowance of signals exist only once there are some.
/// </summary>
/// <param name="socket">SignalR's side of it.</param>
/// <param name="caller">Whose it is.</param>
/// <param name="deviceId">The device, as the client named it; null where the connection is its own device.</param>
/// <param name="registry">Where it belongs.</param>
internal sealed class ClientConnection(HubConnectionContext socket, Caller caller, string? deviceId, ConnectionRegistry registry)
{
    /// <summary>
    /// How many signals the connection may send at once, and per second in the long run. Two browsers that look for a way to each
    /// other send a few dozen within a second and hardly any later. More would only fill the queues of the other side.
    /// </summary>
    private const int SignalBurst = 200;

    private const int SignalsPerSecond = 50;

    /// <summary>Later than any version of a call that rings.</summary>
    private const int Ended = int.MaxValue;

    private readonly Lock _gate = new();
    private Queue<Waiting>? _waiting;
    private HashSet<string>? _watched;
    private Dictionary<string, int>? _ringing;
    private HashSet<string>? _acknowledged;
    private TokenBucket? _signals;
    private bool _isCatchingUp = true;

    public Caller Caller => caller;

    public string ConnectionId => socket.ConnectionId;

    /// <summary>The device, as the client named it; null where the connection is its own device.</summary>
    public string? DeviceId => deviceId;

    /// <summary>The device behind the connection: its name, else the connection's own.</summary>
    public string Device => deviceId ?? socket.ConnectionId;

    /// <summary>Cancelled when the connection closes.</summary>
    public CancellationToken Closed => socket.ConnectionAborted;

    /// <summary>True once the user's grain knows of it, or may know.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Completes when the user's grain knows of it, or the connection has closed.</summary>
    public Task Announcement { get; set; } = Task.CompletedTask;

    /// <summary>Sends a message, or queues it behind those that the client has not taken yet. Never waits.</summary>
    /// <returns>False when it is not for this connection, or the connection is closed or has to be.</returns>
    public bool TrySend(UserMessage message, SerializedHubMessage serialized)
    {
        var session = message.Session;
        lock (_gate)
        {
            if (Closed.IsCancellationRequested || (message.JoinedOnly && _watched?.Contains(session.Id) != true))
            {
                return false;
            }

            switch (message.Kind)
            {
                case UserMessageKind.Invitation when !RecordRing(session):
                case UserMessageKind.Reminder when _acknowledged?.Contains(session.Id) == true:
                    return true;
                case UserMessageKind.Status when !session.Status.IsOpen:
                    _watched?.Remove(session.Id);
                    _acknowledged?.Remove(session.Id);
                    RecordEnd(session.Id);
                    break;
            }

            return Send(new Waiting(serialized, message));
        }
    }

    /// <summary>
    /// Sends a signal, or queues it. Signals get half of the queue: browsers that have not found each other signal again, while
    /// the connection that rings, and tells of the end, is not to be closed over them.
    /// </summary>
    /// <returns>False when there is no room for it, or the connection is closed or has to be.</returns>
    public bool TrySendSignal(SerializedHubMessage serialized)
    {
        lock (_gate)
        {
            return !Closed.IsCancellationRequested && (_waiting?.Count ?? 0) < registry.QueueLimit / 2 && Send(new Waiting(serialized));
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

    /// <summary>Rings for the calls that were waiting when the connection opened, except those that have rung here since.</summary>
    public void CatchUp(IEnumerable<CallSession> ringing)
    {
        lock (_gate)
        {
            foreach (var session in ringing)
            {
                var message = new UserMessage(UserMessageKind.Invitation, session);
                if (_ringing?.ContainsKey(session.Id) != true && registry.Serialize(message) is { } serialized)
                {
                    RecordRing(session);
                    Send(new Waiting(serialized, message));
                }
            }

            _isCatchingUp = false;
            foreach (var (ended, _) in (_ringing ?? []).Where(call => call.Value == Ended))
            {
                _ringing!.Remove(ended);
            }
        }
    }

    /// <summary>The call rings here: nobody has to remind this connection.</summary>
    public void RecordAcknowledged(string callId)
    {
        lock (_gate)
        {
            (_acknowledged ??= new HashSet<string>(StringComparer.Ordinal)).Add(callId);
        }
    }

    /// <summary>From now on the connection gets the messages for those who watch the call.</summary>
    /// <returns>False when it watches too many calls already.</returns>
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

    /// <summary>Closes the connection; the client connects again and asks what it has missed.</summary>
    public void Abort() => socket.AbortImmediately();

    /// <summary>
    /// Notes that a call rings here. While the connection catches up, a ring may come from two sides: from the list of what
    /// was waiting, and as a message of its own.
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

    /// <summary>Notes that a call is over. While the connection catches up, the list of what was waiting may still have it ring.</summary>
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

    private bool Send(Waiting message)
    {
        if (_waiting is null)
        {
            var write = socket.WriteAsync(message.Serialized);
            if (!write.IsCompletedSuccessfully)
            {
                _waiting = new Queue<Waiting>();
                _ = DrainAsync(write.AsTask());
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

    /// <summary>Writes what waits, as fast as the client takes it; ends when nothing waits any more.</summary>
    private async Task DrainAsync(Task write)
    {
        try
        {
            while (true)
            {
                await write.WaitAsync(registry.SendTimeout, registry.Time);
                lock (_gate)
                {
                    SerializedHubMessage? serialized = null;
                    while (serialized is null)
                    {
                        if (!_waiting!.TryDequeue(out var message))
                        {
                            _waiting = null;
                            return;
                        }

                        // Only now, since an invitation tells how long it may still ring.
                        serialized = message.Source is { } source ? registry.Serialize(source) : message.Serialized;
                    }

                    write = socket.WriteAsync(serialized).AsTask();
                }
            }
        }
        catch (TimeoutException)
        {
            registry.Drop(this, DropReason.Slow);
        }
    }

    /// <summary>A message that is to go out.</summary>
    /// <param name="Serialized">As it goes out now.</param>
    /// <param name="Source">What it is to be made of again when it has waited; null where it stays as it is.</param>
    private readonly record struct Waiting(SerializedHubMessage Serialized, UserMessage? Source = null);
}
