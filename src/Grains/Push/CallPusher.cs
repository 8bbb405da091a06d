using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Push;

/// <summary>
/// Pushes to the recipient's registered devices that have not acknowledged a call within a second, and later to those that have and are
/// gone since, and takes the ring away from them again. Belongs to the call's grain and runs on its scheduler; nobody waits for it.
/// </summary>
/// <param name="grain">The call's grain.</param>
/// <param name="grains">Finds the grains that keep devices.</param>
/// <param name="sender">Sends the pushes.</param>
/// <param name="credentials">Makes what devices ask about the call with.</param>
/// <param name="committed">Reads the call as it was last committed; null where it is not in memory.</param>
/// <param name="options">How long it rings.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Logs devices that could not be listed.</param>
internal sealed class CallPusher(
    IGrainBase grain,
    IGrainFactory grains,
    IPushSender sender,
    PushCredentials credentials,
    Func<CallState?> committed,
    CallOptions options,
    TimeProvider clock,
    ILogger logger)
{
    /// <summary>How long a device that is connected has to acknowledge before it is pushed as well.</summary>
    private static readonly TimeSpan AcknowledgeTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How much longer than the ring a credential is good: a late device is told that it is over.</summary>
    private static readonly TimeSpan CredentialGrace = TimeSpan.FromMinutes(1);

    /// <summary>How long a push service keeps the news of a missed call for a device that it cannot reach.</summary>
    private static readonly TimeSpan MissedCallLifetime = TimeSpan.FromHours(24);

    private static readonly TimeSpan EndLifetime = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, SentPush> _pushes = new(StringComparer.Ordinal);

    /// <summary>The recipient's registered devices; null until they have been listed.</summary>
    private IReadOnlyList<PushDevice>? _devices;
    private bool _isListing;

    /// <summary>What devices are told once the call does not ring any more; null while it rings.</summary>
    private PushMessage? _over;

    /// <summary>The device that ended the ring itself: it is not told.</summary>
    private string? _ownDevice;

    /// <summary>The pushes so far, with what was answered where that is known.</summary>
    public IEnumerable<Receipt> Receipts => _pushes.Values.Select(push => new Receipt(push.Device.DeviceId, push.At)
    {
        IsPush = true,
        Answer = push.Result?.Answer,
    });

    /// <summary>Whether anything was pushed.</summary>
    public bool HasPushed => _pushes.Count > 0;

    /// <summary>Has the devices of a new call pushed in a second, if it still rings then.</summary>
    public void RingSoon() => grain.RegisterGrainTimer(
        RingAsync, new GrainTimerCreationOptions(AcknowledgeTimeout, Timeout.InfiniteTimeSpan) { Interleave = true });

    /// <summary>
    /// Pushes to the devices of a call that rings. Does nothing where that has been done: another activation may have been in the middle
    /// of it, whose pushes are on record.
    /// </summary>
    public async Task RingAsync(CancellationToken cancellationToken = default)
    {
        if (_isListing || _devices is not null || FindRinging() is not { } call)
        {
            return;
        }

        _isListing = true;
        _devices = await TryListAsync(call);
        _isListing = false;

        // Read again: a device may have acknowledged, or answered, meanwhile.
        if (FindRinging() is { } ringing)
        {
            Ring(ringing, device => !device.Rings && !device.IsPushed);
        }
    }

    /// <summary>
    /// Pushes to the devices that have acknowledged the call and are not connected any more, as if they had not: a page may have done that
    /// while it was being closed.
    /// </summary>
    /// <param name="connected">The recipient's devices that are connected.</param>
    public void RingThoseThatLeft(IReadOnlyList<string> connected)
    {
        if (_devices is { Count: > 0 } && FindRinging() is { } ringing)
        {
            Ring(ringing, device => !device.IsPushed && !connected.Contains(device.DeviceId));
        }
    }

    /// <summary>Pushes to registered devices to which that has not been done.</summary>
    /// <param name="ringing">The call.</param>
    /// <param name="isUnreached">Judges a device that the call knows of. Of others none is reached.</param>
    private void Ring(CallState ringing, Predicate<CallDevice> isUnreached)
    {
        foreach (var device in (_devices ?? []).Where(device => sender.Supports(device.Platform)))
        {
            var known = ringing.Details.Devices.FirstOrDefault(
                other => other.UserId == ringing.Session.RecipientId && other.DeviceId == device.DeviceId);
            if ((known is null || isUnreached(known)) && !_pushes.ContainsKey(device.DeviceId))
            {
                var push = new SentPush(device, NowInMilliseconds());
                _pushes.Add(device.DeviceId, push);
                _ = RingAsync(push, ringing.Session);
            }
        }
    }

    /// <summary>Takes the ring away from the devices that were pushed.</summary>
    /// <param name="state">The call, which does not ring any more.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="exceptDevice">The device that ended the ring itself, by an answer or by declining.</param>
    public void Withdraw(CallState state, RingOutcome outcome, string? exceptDevice)
    {
        if (_over is not null)
        {
            return;
        }

        _over = Over(state.Session, outcome);
        _ownDevice = exceptDevice;
        foreach (var push in _pushes.Values)
        {
            _ = WithdrawAsync(push, state.Session.RecipientId!);
        }

        var others = state.Details.Devices
            .Where(device => device is { IsPushed: true, DeviceId: { } id } && id != exceptDevice && !_pushes.ContainsKey(id))
            .Select(device => device.DeviceId)
            .ToHashSet(StringComparer.Ordinal);
        if (others.Count > 0)
        {
            _ = WithdrawAsync(state, others, _over);
        }
    }

    private async Task RingAsync(SentPush push, CallSession session)
    {
        push.Result = await sender.SendAsync(
            session.RecipientId!,
            push.Device,
            Ring(session, push.Device),
            () => committed() is { Session.Rings: true, RingsSilently: false });
        if (_over is not null)
        {
            await WithdrawAsync(push, session.RecipientId!);
        }
    }

    /// <summary>
    /// Takes the ring away from a device. While the push is on its way nothing is done: that follows it. What has not arrived need not be
    /// taken away.
    /// </summary>
    private async Task WithdrawAsync(SentPush push, string recipientId)
    {
        if (push.Result is { Outcome: PushOutcome.Sent or PushOutcome.NoAnswer } && push.Device.DeviceId != _ownDevice)
        {
            await sender.SendAsync(recipientId, push.Device, _over!);
        }
    }

    /// <summary>Takes the ring away from devices to which an activation before this one has pushed.</summary>
    private async Task WithdrawAsync(CallState state, HashSet<string?> deviceIds, PushMessage over)
    {
        foreach (var device in (await TryListAsync(state) ?? []).Where(device => deviceIds.Contains(device.DeviceId)))
        {
            _ = sender.SendAsync(state.Session.RecipientId!, device, over);
        }
    }

    private CallState? FindRinging() =>
        committed() is { Session.Rings: true, RingsSilently: false } state && state.Session.RingDeadline > clock.GetUtcNow() ? state : null;

    private async Task<IReadOnlyList<PushDevice>?> TryListAsync(CallState state)
    {
        try
        {
            return await grains.GetPushDevices(state.Session.RecipientId!).List().WaitAsync(ListTimeout, clock);
        }
        catch (Exception e)
        {
            logger.DevicesNotListed(state.Session.RecipientId!, state.Session.Id, e.GetType().Name);
            return null;
        }
    }

    private PushMessage Ring(CallSession session, PushDevice device) => new()
    {
        Type = PushMessageType.Ring,
        Topic = PushTopic.Of(session.Id),
        ExpiresAt = session.RingDeadline!.Value,
        CallId = session.Id,
        Version = session.Version,
        CallType = session.CallType,
        InitiatorName = session.InitiatorName,
        Deadline = session.RingDeadline,
        // The first acknowledgement lets it ring for longer, at most that long.
        Credential = credentials.Sign(new PushCredential(
            session.RecipientId!, session.Id, device.DeviceId, session.CreatedAt + (2 * options.RingTimeout) + CredentialGrace)),
    };

    private DateTimeOffset NowInMilliseconds() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    private PushMessage Over(CallSession session, RingOutcome outcome) => new()
    {
        Type = PushMessageType.Over,
        Topic = PushTopic.Of(session.Id),
        ExpiresAt = clock.GetUtcNow() + (outcome == RingOutcome.Missed ? MissedCallLifetime : EndLifetime),
        CallId = session.Id,
        InitiatorName = session.InitiatorName,
        Outcome = outcome,
    };
}
