using System.Globalization;
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

    private const string NoAnswerYet = "no answer yet";

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

    /// <summary>
    /// Records deliveries that are not on record yet, as long as it rings, and pushes that have been answered, until it ends.
    /// </summary>
    /// <param name="isEnd">The call ends: what has not been answered is recorded as well.</param>
    public void RecordReceipts(bool isEnd = false)
    {
        var unrecorded = _unrecorded;
        if (unrecorded.Count == 0)
        {
            return;
        }

        _unrecorded = isEnd || !unrecorded.Any(IsPending) ? [] : [.. unrecorded.Where(IsPending)];
        if (Session is not { EndedAt: null, RecipientId: { } recipient })
        {
            return;
        }

        foreach (var receipt in unrecorded)
        {
            if (!receipt.IsPush)
            {
                RecordDelivery(recipient, receipt);
            }
            else if ((receipt.Answer ?? (isEnd ? NoAnswerYet : null)) is { } answer
                && State.Details.CanRecord(recipient, receipt.DeviceId, device => device.IsPushed))
            {
                Add(TimelineKind.Pushed, by: recipient, device: receipt.DeviceId, detail: answer);
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
    public void End(Transition transition, string? by, string? device = null)
    {
        RecordReceipts(isEnd: true);
        if (transition.Reason == EndReason.Unreachable && options.HasPush)
        {
            Add(TimelineKind.Note, detail: DescribeAttempts());
        }

        Add(TimelineKind.Ended, transition.To, by, device, WireNames.Of(transition.Reason!.Value), endReason: transition.Reason);
    }

    private static bool IsPending(Receipt receipt) => receipt is { IsPush: true, Answer: null };

    private void RecordDelivery(string recipient, Receipt receipt)
    {
        if (Session.Rings)
        {
            AddDelivery(recipient, receipt.DeviceId, receipt.At);
        }
    }

    /// <summary>By which ways it was tried to reach the recipient, of whom no device has acknowledged.</summary>
    private string DescribeAttempts()
    {
        var devices = State.Details.Devices.Where(device => device.UserId == Session.RecipientId).ToList();
        var (delivered, pushed) = (devices.Count(device => device.IsDelivered), devices.Count(device => device.IsPushed));
        return $"tried: {(delivered == 0 ? "no connection" : $"connections of {Devices(delivered)}")}, "
            + (pushed == 0 ? "no device registered for push" : $"push to {Devices(pushed)}");

        static string Devices(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "device" : "devices")}");
    }

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
