using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>A decision in the making: the events so far, and the state they lead to.</summary>
/// <param name="options">How long things may take.</param>
/// <param name="state">The call before the command; null for a new call, whose first event creates it.</param>
/// <param name="now">The time, UTC, whole milliseconds.</param>
/// <param name="receipts">Deliveries of the invitation; those that are not on record yet are recorded before the next step.</param>
internal sealed class CallDraft(CallOptions options, CallState? state, DateTimeOffset now, IReadOnlyCollection<Receipt> receipts)
{
    /// <summary>What a caller is told whose callee is in another call.</summary>
    public const string CalleeIsBusy = "The one you call is in another call.";

    private readonly List<CallEvent> _events = [];
    private IReadOnlyCollection<Receipt> _unrecorded = receipts;

    /// <summary>How long things may take.</summary>
    public CallOptions Options => options;

    /// <summary>The time, UTC, whole milliseconds.</summary>
    public DateTimeOffset Now => now;

    /// <summary>The call after the events so far.</summary>
    public CallState State { get; private set; } = state!;

    /// <summary>The part of <see cref="State"/> that clients are told.</summary>
    public CallSession Session => State.Session;

    /// <summary>Adds a step as it is.</summary>
    public void Add(CallEvent step)
    {
        _events.Add(step);
        State = EventReplay.Apply(State, step, options);
    }

    /// <summary>
    /// Adds a step, after the deliveries that are not on record yet. The timeline never goes back in time: the step before may have been
    /// recorded by a silo whose clock is a little ahead.
    /// </summary>
    public void Add(
        TimelineKind kind,
        CallStatus? status = null,
        string? by = null,
        string? device = null,
        string? detail = null,
        DateTimeOffset? ringDeadline = null,
        DateTimeOffset? expiresAt = null,
        EndReason? endReason = null,
        bool watches = false,
        bool isAttempt = false,
        bool isUnnamed = false,
        DateTimeOffset? at = null)
    {
        RecordReceipts();
        Add(new CallEvent
        {
            Version = Session.Version + 1,
            At = Later(at ?? now, Session.UpdatedAt),
            Kind = kind,
            By = by,
            Device = device,
            IsUnnamed = isUnnamed,
            Status = status ?? Session.Status,
            Detail = detail,
            RingDeadline = ringDeadline,
            ExpiresAt = expiresAt,
            EndReason = endReason,
            Watches = watches,
            IsAttempt = isAttempt,
        });
    }

    /// <summary>Records deliveries that are not on record yet, as long as it rings.</summary>
    public void RecordReceipts()
    {
        var unrecorded = _unrecorded;
        _unrecorded = [];
        if (unrecorded.Count > 0 && Session is { Rings: true, RecipientId: { } recipient })
        {
            foreach (var receipt in unrecorded)
            {
                AddDelivery(recipient, receipt.DeviceId, receipt.At);
            }
        }
    }

    /// <summary>Records a delivery to a device, unless there is one already.</summary>
    public void AddDelivery(string userId, string? deviceId, DateTimeOffset at)
    {
        RecordReceipts();
        if (State.Details.CanRecord(userId, deviceId, device => device.IsDelivered))
        {
            Add(TimelineKind.Delivered, by: userId, device: deviceId, at: at);
        }
    }

    /// <summary>Ends the call.</summary>
    /// <param name="transition">A transition that has an end reason.</param>
    /// <param name="by">Who ends it; null for the server.</param>
    /// <param name="device">The device, where one is concerned.</param>
    public void End(Transition transition, string? by, string? device = null) =>
        Add(TimelineKind.Ended, transition.To, by, device, WireNames.Of(transition.Reason!.Value), endReason: transition.Reason);

    /// <summary>The command was carried out.</summary>
    public CallDecision Done() => new() { Code = CallResultCode.Ok, State = State, Events = _events };

    /// <summary>The command is refused.</summary>
    /// <param name="code">Why, for programs.</param>
    /// <param name="detail">Why, for people; a whole sentence.</param>
    public CallDecision Refuse(CallResultCode code, string detail) =>
        new() { Code = code, State = State, Events = _events, Detail = detail };

    /// <summary>The command is refused because the callee is in another call.</summary>
    public CallDecision RefuseBusy() => Refuse(CallResultCode.Busy, CalleeIsBusy);

    /// <summary>The command is refused because the call has ended.</summary>
    public CallDecision RefuseEnded() => Refuse(CallResultCode.Ended, "The call has ended.");

    private static DateTimeOffset Later(DateTimeOffset at, DateTimeOffset other) => at > other ? at : other;
}
