using Fayo.Calls.Agora;
using Fayo.Calls.Grains.Media;
using Fayo.Calls.Grains.Monitor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Storage;

namespace Fayo.Calls.Grains.Calls;

/// <summary>Loads a call, asks the <see cref="CallMachine"/>, persists what it decides, and only then tells the users.</summary>
[CollectionAgeLimit(Minutes = 2)]
[PreferLocalPlacement]
internal sealed class CallSessionGrain(
    [FromKeyedServices(CallRecord.StorageName)] IGrainStorage storage,
    CallMachine machine,
    ICredentialSource credentials,
    CallOptions options,
    CallFeed feed,
    TimeProvider clock,
    ILogger<CallSessionGrain> logger) : Grain, ICallSessionGrain
{
    private const string StateName = "call";

    /// <summary>How often a new call is tried while those that stand in its way come and go.</summary>
    private const int MostAttempts = 8;

    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a user's grain is told something that it does not take: longer than a cluster takes to notice that the silo is
    /// dead which has the grain, or knows where it is. The user's sockets may be alive and well on another one.
    /// </summary>
    private static readonly TimeSpan TellFor = TimeSpan.FromMinutes(1);

    /// <summary>How long an activation that ends may go on telling.</summary>
    private static readonly TimeSpan LastWordsWithin = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How old a change may be that is told again when it is found in the row. Who wrote it may have died, or have lost the
    /// database's answer, before anybody was told; and who asked for it asks again.
    /// </summary>
    private static readonly TimeSpan ToldAgainWithin = TimeSpan.FromMinutes(1);

    /// <summary>How long a user's grain may take to say whether the user is connected. The sweep waits for it.</summary>
    private static readonly TimeSpan EvidenceWithin = TimeSpan.FromSeconds(1);

    /// <summary>The call as it is in the database, also while a change is being written: what is told meanwhile goes by it.</summary>
    private GrainState<CallRecord> _record = new(new CallRecord());
    private bool _isLoaded;
    private bool _isFound;
    private readonly Dictionary<string, Receipt> _receipts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _told = new(StringComparer.Ordinal);

    private string CallId => this.GetPrimaryKeyString();

    public async Task<CallResult> Create(CreateCall request)
    {
        var open = new OpenSession(CallId, request.ChannelName ?? ChannelName.Generate(request.Initiator.UserId), request);
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            try
            {
                // A new call's id was made a moment ago: there is no row to read.
                _isLoaded = true;
                return WithCredential(await Carry(open), request.Initiator, CredentialRole.Host);
            }
            catch (ChannelInUseException) when (attempt == 1)
            {
                // By this very request, perhaps, or by a call between the two, from another silo at the same moment. What is
                // committed by now is found at the second attempt.
            }
            catch (ChannelInUseException)
            {
                return new CallResult
                {
                    Code = CallResultCode.ChannelInUse,
                    Field = "channelName",
                    Detail = "The channel is in use by another open call.",
                };
            }
            catch (ClaimHeldException e) when (e.Find(CallClaimKind.Request) is { } key)
            {
                return await Repeat(key, request.Initiator);
            }
            catch (ClaimHeldException e) when (e.Find(CallClaimKind.Pair) is { } pair)
            {
                if (await Meet(pair.HolderId, request) is { } met)
                {
                    return met;
                }
            }
            catch (ClaimHeldException)
            {
                open = open with { Callee = await ReadAbsence(request.RecipientId!) is null ? CalleeState.Busy : CalleeState.Away };
            }
        }

        throw new CallStoreUnavailableException($"Too many calls came and went in the way of {CallId}.");
    }

    public async Task<CallResult> IssueToken(RequestToken request)
    {
        try
        {
            return WithCredential(await Carry(new Admit(request)), request.Caller, request.Role);
        }
        catch (ClaimHeldException e) when (e.Find(CallClaimKind.Request) is not null)
        {
            return KeyReused();
        }
        catch (ClaimHeldException e)
        {
            return await RefuseBusy(request.Caller, e);
        }
    }

    public async Task<CallResult> SetStatus(SetStatus request)
    {
        try
        {
            return Answer(await Carry(new ChangeStatus(request)), request.Caller);
        }
        catch (ClaimHeldException e)
        {
            return await RefuseBusy(request.Caller, e);
        }
    }

    public async Task<CallResult> Dismiss(EndCall request) => Answer(await Carry(new DismissCall(request)), request.Caller);

    public async Task<CallResult> Acknowledge(AcknowledgeInvitation request) => Answer(await Carry(new NoteRinging(request)), request.Caller);

    public async Task<CallResult> Join(Caller caller) => Answer(await Carry(new Watch(caller)), caller);

    public async Task<CallResult> AddressSignal(Caller caller, string deviceId)
    {
        var decision = await Carry(new AllowSignal(caller, deviceId));
        return new CallResult
        {
            Code = decision.Code,
            Detail = decision.Detail,
            Signals = decision.Code == CallResultCode.Ok ? decision.State!.AddressOf(caller.UserId) : null,
        };
    }

    public async Task<CallResult> Read(Caller caller)
    {
        await Load();
        TellAgainIfFound();
        if (_record.State?.State is not { } state)
        {
            _isLoaded = false;
            return new CallResult { Code = CallResultCode.NotFound, Detail = "There is no such call." };
        }

        return state.Session.MayBeReadBy(caller)
            ? new CallResult { Code = CallResultCode.Ok, Session = state.Session }
            : new CallResult { Code = CallResultCode.NotParticipant, Detail = "Only participants and staff may read a call." };
    }

    public async Task<CallLook?> CheckDeadlines()
    {
        var decision = await Carry(new CheckDeadlines());
        var from = Now();
        switch (decision.State?.Session)
        {
            case { Rings: true } ringing:
                Remind(ringing);
                break;
            case { Status: CallStatus.Active } active when await ReadAbsence(active.InitiatorId, active.RecipientId!) is { } since:
                decision = await Carry(new NoteAbsence(since));
                from = since > active.UpdatedAt ? since : active.UpdatedAt;
                break;
        }

        return decision.State?.Session is { } session && machine.NextLook(session, from) is { } next
            ? new CallLook(CallId, session.Version, next)
            : null;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        feed.Enter(CallId);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        feed.Leave(CallId);
        await Task.WhenAll(_told.Values).WaitAsync(LastWordsWithin, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task Load()
    {
        if (!_isLoaded)
        {
            await storage.ReadStateAsync(StateName, GrainContext.GrainId, _record);
            _isLoaded = true;
            _isFound = true;
            if (_record.State?.State is { Session.Status.IsOpen: true } found)
            {
                feed.Note(found, _receipts.Values);
            }
        }
    }

    /// <summary>Load, decide, persist, then tell. After a write that failed the state in memory is not to be trusted: the grain goes.</summary>
    private async Task<CallDecision> Carry(CallCommand command)
    {
        await Load();
        var decision = machine.Decide(_record.State?.State, command, Now(), _receipts.Values);
        if (decision.Events.Count > 0)
        {
            var changed = new GrainState<CallRecord>(new CallRecord(decision.State, decision.Events, decision.Claims), _record.ETag)
            {
                RecordExists = _record.RecordExists,
            };
            try
            {
                await storage.WriteStateAsync(StateName, GrainContext.GrainId, changed);
            }
            catch (ClaimHeldException) when (_record.State?.State is not null)
            {
                // Nothing was written. A call that others ask just now had better not leave memory over it.
                throw;
            }
            catch
            {
                Forget();
                throw;
            }

            _record = changed;
            _isFound = false;
            feed.Note(decision.State!, _receipts.Values);
            Tell(decision);
        }
        else
        {
            TellAgainIfFound();
        }

        if (decision.State is null)
        {
            // Not worth keeping, but whoever asks at the same moment is to be answered here too: the activation stays until it ages.
            _isLoaded = false;
        }

        return decision;
    }

    /// <summary>
    /// Has the call that rings between the two already answer for the one that was asked for: its initiator gets a fresh token,
    /// and its recipient, by calling back, has answered. Null when it has ended meanwhile, or just now by its deadline, and when
    /// the request's key was used meanwhile.
    /// </summary>
    /// <remarks>
    /// The one grain of a call that waits for another's. That one's call is in the database, this one's is not, and only the
    /// grain of a call that is not there yet waits: there can be no circle.
    /// </remarks>
    private async Task<CallResult?> Meet(string callId, CreateCall request)
    {
        var result = await Enter(callId, request.Initiator, request);
        return result.Code switch
        {
            CallResultCode.Ok => AsMet(result, request.Initiator),
            CallResultCode.Ended or CallResultCode.NotFound or CallResultCode.KeyReused => null,
            _ => result,
        };
    }

    /// <summary>Has the call that a request was answered with answer it again. As in <see cref="Meet"/>, that call is in the database.</summary>
    private async Task<CallResult> Repeat(HeldClaim key, Caller caller)
    {
        if (!key.HasSameBody)
        {
            return KeyReused();
        }

        var result = await Enter(key.HolderId, caller);
        return result.Code switch
        {
            CallResultCode.Ok when !key.IsFirst => AsMet(result, caller),
            CallResultCode.Ended when result.Session?.EndReason == EndReason.Busy => result with { Code = CallResultCode.Busy, Detail = CallMachine.CalleeIsBusy },
            // Its history was not kept for as long as its key is.
            CallResultCode.NotFound => new CallResult { Code = CallResultCode.Ended },
            _ => result,
        };
    }

    private Task<CallResult> Enter(string callId, Caller caller, CreateCall? inPlaceOf = null) =>
        GrainFactory.GetCall(callId).IssueToken(new RequestToken(caller, CredentialRole.Host, DeviceId: null, inPlaceOf));

    private static CallResult AsMet(CallResult result, Caller caller) => result with
    {
        Code = result.Session!.InitiatorId == caller.UserId ? CallResultCode.AlreadyCalling : CallResultCode.AlreadyRinging,
    };

    private static CallResult KeyReused() => new() { Code = CallResultCode.KeyReused };

    /// <summary>Only the side that is in another call is told which side is.</summary>
    private async Task<CallResult> RefuseBusy(Caller caller, ClaimHeldException refusal)
    {
        await Load();
        return new CallResult
        {
            Code = CallResultCode.Busy,
            Session = _record.State?.State?.Session,
            Detail = refusal.Held.Any(held => held.Claim == CallClaim.OfUser(caller.UserId))
                ? "You are in another call."
                : "One of the two is in another call.",
        };
    }

    /// <summary>What is in memory is no longer, or never was, the truth: whoever asks next reads the row.</summary>
    private void Forget()
    {
        _isLoaded = false;
        _record = new GrainState<CallRecord>(new CallRecord());
        _receipts.Clear();
        DeactivateOnIdle();
    }

    /// <summary>Tells everybody concerned, each in the order of the changes, without keeping the one who asked waiting.</summary>
    private void Tell(CallDecision decision)
    {
        var state = decision.State!;
        var session = state.Session;
        if (decision.Events[0].Kind != TimelineKind.Created || !session.Status.IsOpen)
        {
            TellChange(state);
        }
        else if (session.RecipientId is { } invited)
        {
            TellNext(invited, new UserMessage(UserMessageKind.Invitation, session));
        }
    }

    private void TellChange(CallState state)
    {
        var change = new UserMessage(UserMessageKind.Status, state.Session);
        TellNext(state.Session.InitiatorId, change);
        if (state.Session.RecipientId is { } recipient)
        {
            TellNext(recipient, change);
        }

        foreach (var watcher in state.Details.Watchers)
        {
            TellNext(watcher, change with { JoinedOnly = true });
        }
    }

    /// <summary>Tells what was found in the row and is recent, unless something newer was to tell; whoever has heard it goes by the version.</summary>
    private void TellAgainIfFound()
    {
        if (_isFound && _record.State?.State is { } found && Now() - found.Session.UpdatedAt < ToldAgainWithin)
        {
            TellChange(found);
            if (found.Session.Rings)
            {
                TellNext(found.Session.RecipientId!, new UserMessage(UserMessageKind.Reminder, found.Session));
            }
        }

        _isFound = false;
    }

    /// <summary>Sends the invitation again to connections that have not acknowledged it, unless the user is being told something just now.</summary>
    private void Remind(CallSession session)
    {
        if (_told.GetValueOrDefault(session.RecipientId!) is null or { IsCompleted: true })
        {
            TellNext(session.RecipientId!, new UserMessage(UserMessageKind.Reminder, session));
        }
    }

    /// <summary>Since when none of these users has had a connection; null where one has, or nobody can say.</summary>
    private async Task<DateTimeOffset?> ReadAbsence(params string[] userIds)
    {
        try
        {
            var absences = await Task.WhenAll(userIds.Select(user => GrainFactory.GetUser(user).ReadAbsence())).WaitAsync(EvidenceWithin, clock);
            return Array.Exists(absences, since => since is null) ? null : absences.Max();
        }
        catch (Exception e)
        {
            // No evidence that anybody is gone.
            logger.AbsenceUnknown(e, CallId);
            return null;
        }
    }

    /// <summary>Nobody waits for what others are being told.</summary>
    private void TellNext(string userId, UserMessage message) =>
        _told[userId] = TellAfter(_told.GetValueOrDefault(userId) ?? Task.CompletedTask, userId, message);

    /// <summary>
    /// A silo that stops or has died, or an activation that ends, may turn a message away. Told twice is told once: clients go by
    /// the call's version.
    /// </summary>
    private async Task TellAfter(Task before, string userId, UserMessage message)
    {
#pragma warning disable VSTHRD003 // The task before is this same grain's, begun on the same scheduler.
        await before;
#pragma warning restore VSTHRD003
        var start = clock.GetTimestamp();
        for (var pause = TellAgainAfter; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (message.Kind != UserMessageKind.Status && _record.State?.State is { Session.Rings: false })
            {
                // Nobody took it while the call rang.
                return;
            }

            try
            {
                var devices = await GrainFactory.GetUser(userId).Notify(message);
                if (message.Kind != UserMessageKind.Status)
                {
                    NoteReceipts(devices);
                }

                return;
            }
            catch (Exception) when (clock.GetElapsedTime(start) < TellFor)
            {
                await Task.Delay(pause, clock);
            }
            catch (Exception e)
            {
                // Nothing is lost: the row is the truth, and the user's next sync tells it.
                logger.UserNotTold(e, userId, message.Session.Id, message.Session.Version);
                return;
            }
        }
    }

    /// <summary>Kept until something else is written: on the way to a ringing phone nobody waits for a receipt to be on record.</summary>
    private void NoteReceipts(IReadOnlyList<string> devices)
    {
        var known = _receipts.Count;
        foreach (var device in devices)
        {
            _receipts.TryAdd(device, new Receipt(device, Now()));
        }

        if (_receipts.Count > known && _record.State?.State is { Session.Rings: true } state)
        {
            feed.Note(state, _receipts.Values);
        }
    }

    private static CallResult Answer(CallDecision decision, Caller caller) => new()
    {
        Code = decision.Code,
        Session = decision.State?.Session is { } session && session.MayBeReadBy(caller) ? session : null,
        Field = decision.Field,
        Detail = decision.Detail,
    };

    private CallResult WithCredential(CallDecision decision, Caller caller, CredentialRole role)
    {
        var answer = Answer(decision, caller);
        return answer.Code == CallResultCode.Ok
            ? answer with { Credential = credentials.Issue(answer.Session!.ChannelName, caller.UserId, role, (int)options.TokenTimeToLive.TotalSeconds, clock.GetUtcNow()) }
            : answer;
    }

    /// <summary>Whole milliseconds, as on the wire and in the database, so that what is read equals what was written.</summary>
    private DateTimeOffset Now()
    {
        var now = clock.GetUtcNow();
        return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}
