using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Users;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Calls;

/// <summary>
/// Notifies the users of one call of its changes: each user in the order of the changes, at once where the user can only be connected
/// here, else by the user's grain, or else by the gateways of all silos, and without making anybody wait. Belongs to the call's grain and
/// runs on its scheduler.
/// </summary>
/// <remarks>
/// A silo that is stopping or has died, or an activation that is ending, may turn a message away. A message that arrives twice does no
/// harm: clients go by the call's version.
/// </remarks>
/// <param name="grains">Finds the users' grains.</param>
/// <param name="usersHere">The way to a user who can only be connected to this silo.</param>
/// <param name="gateways">The way to a user whose grain does not answer.</param>
/// <param name="committed">Reads the call as it was last committed; null where it is not in memory.</param>
/// <param name="feed">Hears of deliveries.</param>
/// <param name="clock">The time.</param>
/// <param name="metrics">Measures deliveries.</param>
/// <param name="logger">Logs users who could not be notified.</param>
/// <param name="reminded">Hears, after a reminder, which devices of the recipient are connected.</param>
internal sealed class CallNotifier(
    IGrainFactory grains,
    LocalUsers usersHere,
    GatewayBroadcast gateways,
    Func<CallState?> committed,
    ICallFeed feed,
    TimeProvider clock,
    CallMetrics metrics,
    ILogger logger,
    Action<IReadOnlyList<string>>? reminded = null)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long the user's grain may take. Its silo, or the one that knows where it is, may stand still or be dead without anybody having
    /// noticed, while the user's connections are on another silo, and well. Then the gateways of all silos are asked.
    /// </summary>
    private static readonly TimeSpan GrainTimeout = TimeSpan.FromSeconds(1);

    /// <summary>How many messages to one user wait while the user's grain does not take them.</summary>
    private const int MaxWaiting = 16;

    private readonly Dictionary<string, Receipt> _receipts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Outbox> _outboxes = new(StringComparer.Ordinal);

    /// <summary>How many messages there were so far, to whomever.</summary>
    public int MessageCount { get; private set; }

    /// <summary>Where the invitation has been delivered so far, whether or not that is on record.</summary>
    public IReadOnlyCollection<Receipt> Receipts => _receipts.Values;

    /// <summary>Forgets where the invitation has been delivered.</summary>
    public void ForgetReceipts() => _receipts.Clear();

    /// <summary>Notifies everybody concerned of a change that has been committed.</summary>
    /// <param name="state">The call after the change.</param>
    /// <param name="isNew">The change created the call.</param>
    public void Notify(CallState state, bool isNew)
    {
        var session = state.Session;
        if (!isNew || !session.Status.IsOpen)
        {
            NotifyOfChange(state);
        }
        else if (session.RecipientId is { } invited && !state.RingsSilently)
        {
            Enqueue(invited, new UserMessage(UserMessageKind.Invitation, session));
        }
    }

    /// <summary>Notifies everybody concerned again of a call's latest change, and invites again whoever it rings for.</summary>
    /// <param name="state">The call.</param>
    public void NotifyAgain(CallState state)
    {
        NotifyOfChange(state);
        if (state.Session.Rings && !state.RingsSilently)
        {
            Enqueue(state.Session.RecipientId!, new UserMessage(UserMessageKind.Reminder, state.Session));
        }
    }

    /// <summary>Invites again on connections that have not acknowledged, unless a message to the recipient is on its way already.</summary>
    /// <param name="session">A call that rings.</param>
    public void Remind(CallSession session)
    {
        if (_outboxes.GetValueOrDefault(session.RecipientId!) is null or { Sending.IsCompleted: true })
        {
            Enqueue(session.RecipientId!, new UserMessage(UserMessageKind.Reminder, session));
        }
    }

    /// <summary>
    /// Has the recipient's devices stop ringing, because the recipient has blocked the initiator. To them the call looks as if the
    /// recipient had declined it: every client stops at that. They hear no more of it.
    /// </summary>
    /// <param name="session">The call, which goes on ringing for its initiator.</param>
    public void StopRinging(CallSession session)
    {
        var now = clock.GetUtcMilliseconds();
        var stopped = session with
        {
            Version = session.Version + 1,
            Status = CallStatus.Cancelled,
            UpdatedAt = now,
            EndedAt = now,
            EndReason = EndReason.Declined,
            EndedBy = session.RecipientId,
        };
        Enqueue(session.RecipientId!, new UserMessage(UserMessageKind.Status, stopped));
    }

    /// <summary>Completes once no message is on its way any more.</summary>
    public Task WhenIdleAsync() => Task.WhenAll(_outboxes.Values.Select(outbox => outbox.Sending));

    private void NotifyOfChange(CallState state)
    {
        var change = new UserMessage(UserMessageKind.Status, state.Session);
        Enqueue(state.Session.InitiatorId, change);
        if (state.Session.RecipientId is { } recipient && state.IsForRecipient)
        {
            Enqueue(recipient, change);
        }

        foreach (var watcher in state.Details.Watchers)
        {
            Enqueue(watcher, change with { WatchersOnly = true });
        }
    }

    /// <summary>Sends a message to a user after those that are on their way to that user. Nobody waits for it.</summary>
    private void Enqueue(string userId, UserMessage message)
    {
        MessageCount++;
        var outbox = _outboxes.GetValueOrDefault(userId);
        if (outbox is null or { Sending.IsCompleted: true } && TryDeliverHere(userId, message))
        {
            return;
        }

        if (outbox is null)
        {
            outbox = new Outbox();
            _outboxes.Add(userId, outbox);
        }

        outbox.Waiting.Add(message);
        if (outbox.Sending.IsCompleted)
        {
            outbox.Sending = SendAllAsync(userId, outbox.Waiting);
        }
    }

    private bool TryDeliverHere(string userId, UserMessage message)
    {
        try
        {
            var start = clock.GetTimestamp();
            if (usersHere.TryDeliver(userId, message) is not { } devices)
            {
                return false;
            }

            NoteDelivered(message, devices, start);
            return true;
        }
        catch (Exception)
        {
            // The user's grain tries it again, and where that fails as well, it is logged.
            return false;
        }
    }

    private async Task SendAllAsync(string userId, WaitingMessages waiting)
    {
        while (waiting.TryTake(out var message))
        {
            await SendAsync(userId, message);
        }
    }

    private async Task SendAsync(string userId, UserMessage message)
    {
        var start = clock.GetTimestamp();
        var isInvitation = message.Kind != UserMessageKind.Status;
        while (true)
        {
            if (isInvitation && committed() is { Session.Rings: false } or { RingsSilently: true })
            {
                // An invitation to a call that no longer rings, or not here, is of no use.
                return;
            }

            try
            {
                NoteDelivered(message, await TrySendAsync(userId, message, GrainTimeout - clock.GetElapsedTime(start)), start);
                return;
            }
            catch (Exception) when (clock.GetElapsedTime(start) < GrainTimeout - RetryInterval)
            {
                await Task.Delay(RetryInterval, clock);
            }
            catch (Exception e)
            {
                logger.UserGrainSilent(userId, message.Session.Id, e.GetType().Name);
                await BroadcastAsync(userId, message, isInvitation);
                return;
            }
        }
    }

    /// <summary>Sends nothing where no time is left: that would arrive beside what goes to the gateways.</summary>
    private Task<IReadOnlyList<string>> TrySendAsync(string userId, UserMessage message, TimeSpan timeout) => timeout > TimeSpan.Zero
        ? grains.GetUser(userId).Notify(message).WaitAsync(timeout, clock)
        : Task.FromException<IReadOnlyList<string>>(new TimeoutException());

    private void NoteDelivered(UserMessage message, IReadOnlyList<string> devices, long start)
    {
        if (message.Kind != UserMessageKind.Status)
        {
            AddReceipts(devices);
        }

        if (message.Kind == UserMessageKind.Reminder)
        {
            // Devices that have acknowledged take a reminder too, and do nothing with it.
            reminded?.Invoke(devices);
        }

        // Nothing is on its way to the recipient of a new call, so the invitation started right after the commit.
        if (message.Kind == UserMessageKind.Invitation && devices.Count > 0)
        {
            metrics.RecordDelivery(clock.GetElapsedTime(start));
        }
    }

    private async Task BroadcastAsync(string userId, UserMessage message, bool isInvitation)
    {
        try
        {
            var devices = await gateways.DeliverAsync(userId, message);
            if (isInvitation)
            {
                AddReceipts(devices);
            }
        }
        catch (Exception e)
        {
            // Nothing is lost: the row is the truth, and the user's next sync reads it.
            logger.UserNotNotified(e, userId, message.Session.Id, message.Session.Version);
        }
    }

    /// <summary>
    /// Receipts stay in memory until something else is written: the delivery of an invitation does not wait for the database.
    /// </summary>
    private void AddReceipts(IReadOnlyList<string> devices)
    {
        var known = _receipts.Count;
        foreach (var device in devices)
        {
            _receipts.TryAdd(device, new Receipt(device, clock.GetUtcMilliseconds()));
        }

        if (_receipts.Count > known && committed() is { Session.Rings: true } state)
        {
            feed.Record(state, _receipts.Values);
        }
    }

    /// <summary>What is on its way to one user.</summary>
    private sealed class Outbox
    {
        public WaitingMessages Waiting { get; } = new(MaxWaiting);

        public Task Sending { get; set; } = Task.CompletedTask;
    }
}
