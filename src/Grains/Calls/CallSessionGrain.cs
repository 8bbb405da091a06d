using Fayo.Calls.Agora;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;
using Fayo.Calls.Grains.Media;
using Fayo.Calls.Grains.Push;
using Fayo.Calls.Grains.Users;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Fayo.Calls.Grains.Calls;

/// <summary>Loads a call, asks the <see cref="CallMachine"/>, commits what it decides, and only then notifies the users.</summary>
[CollectionAgeLimit(Minutes = 2)]
[PreferLocalPlacement]
internal sealed class CallSessionGrain : Grain, ICallSessionGrain
{
    /// <summary>How often a new call is tried while other calls come and go in its way.</summary>
    private const int MaxCreateAttempts = 8;

    /// <summary>When a call that rings on no device looks as if one rang: about as long as a device takes to acknowledge.</summary>
    private static readonly TimeSpan MinSilentDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxSilentDelay = TimeSpan.FromMilliseconds(700);

    /// <summary>How long an activation that ends may go on notifying.</summary>
    private static readonly TimeSpan LastMessagesTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How old a change may be for its users to be notified again when it is found in the row. The process that wrote it may have died,
    /// or lost the database's answer, before it notified anybody.
    /// </summary>
    private static readonly TimeSpan MaxAgeToNotifyAgain = TimeSpan.FromMinutes(1);

    /// <summary>How long after a deadline nobody but this grain acts on it.</summary>
    private static readonly TimeSpan MaxSweepDelay = TimeSpan.FromMilliseconds(500);

    private readonly ICallStore _store;
    private readonly CallMachine _machine;
    private readonly ICredentialSource _credentials;
    private readonly ICallFeed _feed;
    private readonly GatewayBroadcast _gateways;
    private readonly UnansweredCalls _unanswered;
    private readonly TimeProvider _clock;
    private readonly CallMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Func<CallState?> _committed;
    private readonly CallNotifier _notifier;

    /// <summary>Null where no push service is configured.</summary>
    private readonly CallPusher? _pusher;

    /// <summary>
    /// The last committed state; unchanged while a write is in flight, so that nobody is notified of an uncommitted change.
    /// </summary>
    private CallState? _state;
    private bool _isLoaded;

    /// <summary>When the initiator last asked something of the call; else when this activation began: it knows of nothing before.</summary>
    private DateTimeOffset _callerHeardAt;

    /// <summary>The state was read from the row, and nobody has been notified of it since.</summary>
    private bool _isFoundInRow;

    public CallSessionGrain(
        ICallStore store,
        CallMachine machine,
        ICredentialSource credentials,
        ICallFeed feed,
        LocalUsers usersHere,
        GatewayBroadcast gateways,
        UnansweredCalls unanswered,
        CallPushers pushers,
        TimeProvider clock,
        CallMetrics metrics,
        ILogger<CallSessionGrain> logger)
    {
        _store = store;
        _machine = machine;
        _credentials = credentials;
        _feed = feed;
        _gateways = gateways;
        _unanswered = unanswered;
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        _committed = () => _state;
        _pusher = pushers.Create(this, GrainFactory, _committed);
        Action<IReadOnlyList<string>>? reminded = _pusher is null ? null : _pusher.RingThoseThatLeft;
        _notifier = new CallNotifier(GrainFactory, usersHere, gateways, _committed, feed, clock, metrics, logger, reminded);
    }

    /// <summary>Where the invitation has been delivered and pushed so far, whether or not that is on record.</summary>
    private IReadOnlyCollection<Receipt> Receipts =>
        _pusher is { HasPushed: true } ? [.. _notifier.Receipts, .. _pusher.Receipts] : _notifier.Receipts;

    /// <summary>
    /// A deadline passed while nobody woke this grain: its silo may have stood still, and another have ended the call from its row.
    /// </summary>
    private bool MayHaveEndedElsewhere => _state is { Session.Status.IsOpen: true } state
        && _machine.NextDeadline(state.Session) < _clock.GetUtcNow() - MaxSweepDelay;

    /// <summary>Kept, because Orleans makes a new string each time.</summary>
    private string CallId => field ??= this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _feed.Enter(CallId, _committed);
        _callerHeardAt = _clock.GetUtcNow();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _feed.Leave(CallId);
        await _notifier.WhenIdleAsync().WaitAsync(LastMessagesTimeout, _clock, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public async Task<CallResult> Create(CreateCall request)
    {
        var existingCalls = new ExistingCalls(GrainFactory, _clock);
        var command = new OpenCommand(CallId, request.ChannelName ?? ChannelName.Generate(request.Initiator.UserId), request);
        for (var attempt = 1; attempt <= MaxCreateAttempts; attempt++)
        {
            // The id of a new call was made a moment ago: there is no row to read.
            _isLoaded = true;
            var execution = await Execute(command);
            switch (execution.Outcome)
            {
                case CallWriteOutcome.ChannelInUse when attempt == 1:
                    // The channel may be that of the call which this request, or a call between the two, has just created on another
                    // silo. By the second attempt that call is committed and found by its claims.
                    break;
                case CallWriteOutcome.ClaimHeld held when held.Find(CallClaimKind.Request) is { } key:
                    return await existingCalls.AnswerAgain(key, request.Initiator);
                case CallWriteOutcome.ClaimHeld held when held.Find(CallClaimKind.Pair) is { } pair:
                    if (await existingCalls.AnswerWithRingingCall(pair.HolderId, request) is { } answer)
                    {
                        return answer;
                    }

                    break;
                case CallWriteOutcome.ClaimHeld held when held.Find(CallClaim.OfUser(request.Initiator.UserId)) is { } own:
                    if (await existingCalls.Leave(own.HolderId, request.Initiator) is { } inCall)
                    {
                        return inCall;
                    }

                    break;
                case CallWriteOutcome.ClaimHeld held when held.Find(CallClaimKind.Channel) is not null:
                    return Answer(execution, request.Initiator);
                case CallWriteOutcome.ClaimHeld:
                    // The callee is in another call, by the record. With a connection that is busy, without one it may have been lost.
                    var isConnected = await FindAbsence(request.RecipientId!) is null;
                    command = command with { Callee = isConnected ? CalleeState.Busy : CalleeState.Away };
                    break;
                default:
                    return AnswerWithCredential(execution, request.Initiator, CredentialRole.Host);
            }
        }

        throw new CallStoreUnavailableException($"Too many calls came and went in the way of {CallId}.");
    }

    public async Task<CallResult> RequestToken(RequestToken request)
    {
        var execution = await Execute(new RequestTokenCommand(request), request.Caller);
        // A client that does not name its device may have lost its connection and have another one now.
        if (request.IsUnnamed
            && execution.Decision is { Code: CallResultCode.AnsweredElsewhere, State.Details: { IsAnsweredUnnamed: true } answered }
            && answered.AnsweredDevice is { } connection
            && await _gateways.IsGoneAsync(request.Caller.UserId, connection))
        {
            execution = await Execute(new RequestTokenCommand(request, connection), request.Caller);
        }

        return AnswerWithCredential(execution, request.Caller, request.Role);
    }

    public async Task<CallResult> SetStatus(SetStatus request) =>
        Answer(await Execute(new SetStatusCommand(request), request.Caller), request.Caller);

    public async Task<CallResult> End(EndCall request) => Answer(await Execute(new EndCommand(request)), request.Caller);

    public async Task<CallResult> Acknowledge(AcknowledgeInvitation request) =>
        Answer(await Execute(new AcknowledgeCommand(request)), request.Caller);

    public async Task<CallResult> Watch(Caller caller) => Answer(await Execute(new WatchCommand(caller)), caller);

    public async Task<CallResult> AddressSignal(Caller caller, string deviceId)
    {
        var execution = await Execute(new CheckSignalCommand(caller, deviceId));
        var answer = Answer(execution, caller);
        return new CallResult
        {
            Code = answer.Code,
            Detail = answer.Detail,
            Signals = answer.Code == CallResultCode.Ok ? execution.Decision.State!.AddressOf(caller.UserId) : null,
        };
    }

    public async Task<CallResult> Read(Caller caller)
    {
        await Load();
        NoteHeard(caller);
        NotifyAgainIfFoundInRow();
        if (_state is not { } state)
        {
            _isLoaded = false;
            return new CallResult { Code = CallResultCode.NotFound, Detail = "There is no such call." };
        }

        return state.Session.MayBeReadBy(caller)
            ? new CallResult { Code = CallResultCode.Ok, Session = state.Session }
            : new CallResult { Code = CallResultCode.NotParticipant, Detail = "Only participants and staff may read a call." };
    }

    public async Task CheckCaller()
    {
        await Load();
        if (_state is { Session: { Status.IsOpen: true } session } && session.Status != CallStatus.Active
            && await FindLoss(session.InitiatorId) is { } lostAt)
        {
            await Execute(new CheckCallerCommand(lostAt, _callerHeardAt));
        }
    }

    public async Task<CallResult> Leave(Caller caller) =>
        Answer(await Execute(new LeaveCommand(caller, await FindLoss(caller.UserId))), caller);

    public async Task Silence(string recipientId)
    {
        await Load();
        if (_state is { Session: { Rings: true } ringing } && ringing.RecipientId == recipientId)
        {
            // The row says so already. It is no change of the call: its initiator must not see one.
            _state = _state with { Silence = CallSilence.Blocked };
            _notifier.StopRinging(ringing);
            _pusher?.Withdraw(_state, RingOutcome.Ended, exceptDevice: null);
            RingSilentlySoon();
        }
    }

    public async Task<CallCheck?> CheckDeadlines()
    {
        var messagesBefore = _notifier.MessageCount;
        var state = (await Execute(new CheckDeadlinesCommand())).State;
        var checkedAt = _clock.GetUtcMilliseconds();
        switch (state?.Session)
        {
            case { Rings: true } when state!.RingsSilently:
                state = (await Execute(RingSilentlyCommand.AtRandom())).State;
                break;
            case { Rings: true } ringing:
                // Where the check recorded something, or found something in the row, the recipient has just been notified of that.
                if (_notifier.MessageCount == messagesBefore)
                {
                    _notifier.Remind(ringing);
                }

                // Where this activation is not the one that created the call.
                _ = _pusher?.RingAsync();
                break;
            case { Status: CallStatus.Active } active when await FindAbsence(active.InitiatorId, active.RecipientId!) is { } since:
                state = (await Execute(new CheckConnectionLossCommand(since))).State;
                checkedAt = since > active.UpdatedAt ? since : active.UpdatedAt;
                break;
        }

        return state?.Session is { } session && _machine.NextCheck(session, checkedAt) is { } next
            ? new CallCheck(CallId, session.Version, next)
            : null;
    }

    private async Task Load()
    {
        if (_isLoaded && !MayHaveEndedElsewhere)
        {
            return;
        }

        _state = await _store.ReadAsync(CallId);
        _isLoaded = true;
        _isFoundInRow = true;
        if (_state is { Session.Status.IsOpen: true } found)
        {
            _feed.Record(found, _notifier.Receipts);
        }
    }

    /// <summary>Loads the call, decides, commits, then notifies.</summary>
    /// <param name="command">The command.</param>
    /// <param name="caller">Who asks, where that shows that the caller is there.</param>
    private async Task<CallExecution> Execute(CallCommand command, Caller? caller = null)
    {
        await Load();
        NoteHeard(caller);
        var decision = Decide(command);
        if (IsRefusedForItsState(decision) && await ReadNewerState())
        {
            decision = Decide(command);
        }

        if (decision.Events.Count > 0)
        {
            var before = _state?.Session;
            var write = MakeWrite(decision);
            CallWriteOutcome outcome;
            try
            {
                // Awaited here, and not in a method of its own: each method that waits costs every change of every call.
                outcome = await _store.WriteAsync(write);
            }
            catch
            {
                // Nobody knows whether it was written, so the state in memory cannot be trusted.
                Forget();
                throw;
            }

            FinishWrite(before, write, outcome);
            return new CallExecution(CallId, decision, outcome);
        }

        NotifyAgainIfFoundInRow();
        if (decision.State is null)
        {
            // There is no such call, but requests for it that arrive at the same moment are answered here as well: the activation stays
            // until it has aged, and reads the row again each time.
            _isLoaded = false;
        }

        return new CallExecution(CallId, decision, CallWriteOutcome.Written.Instance);
    }

    private CallDecision Decide(CallCommand command) =>
        _machine.Decide(_state, command, _clock.GetUtcMilliseconds(), Receipts);

    private static bool IsRefusedForItsState(CallDecision decision) =>
        decision is { Events.Count: 0, State: not null, Code: CallResultCode.NotPossible or CallResultCode.NotParticipant };

    /// <summary>
    /// Reads the row again before a command is refused. While silos come and go there may be two activations of this grain for a moment,
    /// and the other one may have gone on. What this one writes, the version protects; what it refuses, nothing does.
    /// </summary>
    /// <returns>Whether the row had a newer state.</returns>
    private async Task<bool> ReadNewerState()
    {
        try
        {
            if (await _store.ReadAsync(CallId) is not { } row || row.Session.Version <= _state!.Session.Version)
            {
                return false;
            }

            _state = row;
            _isFoundInRow = true;
            return true;
        }
        catch (CallStoreUnavailableException)
        {
            return false;
        }
    }

    private CallWrite MakeWrite(CallDecision decision)
    {
        var session = decision.State!.Session;
        var admission = decision.Admission is { } limits
            ? limits with { CountsRecent = _unanswered.Begin(session.InitiatorId, session.CreatedAt, limits) }
            : null;
        return new CallWrite(CallId, _state?.Session.Version, decision.State!, decision.Events, decision.Claims, admission);
    }

    /// <summary>
    /// Takes over a state that has been committed, and notifies of it; drops the state in memory where the row has another.
    /// </summary>
    private void FinishWrite(CallSession? before, CallWrite write, CallWriteOutcome outcome)
    {
        var isNew = before is null;
        if (outcome is CallWriteOutcome.Written written)
        {
            _state = isNew && written.Silence is { } silence ? write.State with { Silence = silence } : write.State;
            _isFoundInRow = false;
            _feed.Record(_state, _notifier.Receipts);
            _metrics.Record(before, _state.Session);
            NoteAnswered(before, _state.Session);
            _notifier.Notify(_state, isNew);
            Push(before, _state, write.Events[^1]);
            if (isNew && _state.RingsSilently)
            {
                RingSilentlySoon();
            }
        }
        else if (isNew || outcome is CallWriteOutcome.OtherVersion)
        {
            Forget();
        }

        if (outcome is CallWriteOutcome.Refused refused)
        {
            _logger.DataRefused(CallId, refused.Reason);
        }
    }

    /// <summary>Has the recipient's devices pushed when a call begins to ring, and again when it does not ring any more.</summary>
    private void Push(CallSession? before, CallState after, CallEvent last)
    {
        if (_pusher is null)
        {
            return;
        }

        if (before is null && after is { Session.Rings: true, RingsSilently: false })
        {
            _pusher.RingSoon();
        }
        else if (before is { Rings: true } && after.Session.RingOutcome is { } outcome)
        {
            var ownDevice = last.By == after.Session.RecipientId ? last.Device : null;
            _pusher.Withdraw(after, outcome, after.Details.AnsweredDevice ?? ownDevice);
        }
    }

    private void NoteAnswered(CallSession? before, CallSession after)
    {
        if (before is { AnsweredAt: null } && after.AnsweredAt is not null)
        {
            _unanswered.NoteAnswered(after.InitiatorId, after.CreatedAt);
        }
    }

    /// <summary>Drops the state in memory and ends the activation: the next request reads the row.</summary>
    private void Forget()
    {
        _isLoaded = false;
        _state = null;
        _notifier.ForgetReceipts();
        DeactivateOnIdle();
    }

    /// <summary>
    /// Has a call that rings on no device look as if one rang, after a moment. If this activation does not live that long, the sweep has
    /// it do so.
    /// </summary>
    private void RingSilentlySoon()
    {
        var delay = MinSilentDelay + (Random.Shared.NextDouble() * (MaxSilentDelay - MinSilentDelay));
        this.RegisterGrainTimer(() => Execute(RingSilentlyCommand.AtRandom()), delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Notifies of a recent change that was found in the row, unless there was something newer to notify of.</summary>
    private void NotifyAgainIfFoundInRow()
    {
        if (_isFoundInRow && _state is { } found && _clock.GetUtcNow() - found.Session.UpdatedAt < MaxAgeToNotifyAgain)
        {
            _notifier.NotifyAgain(found);
            if (found.Session.RingOutcome is { } outcome)
            {
                _pusher?.Withdraw(found, outcome, found.Details.AnsweredDevice);
            }
        }

        _isFoundInRow = false;
    }

    private Task<DateTimeOffset?> FindAbsence(params string[] userIds) =>
        new Absence(GrainFactory, _clock, _logger).ReadAsync(CallId, userIds);

    private Task<DateTimeOffset?> FindLoss(string userId) => new Absence(GrainFactory, _clock, _logger).ReadLossAsync(CallId, userId);

    private void NoteHeard(Caller? caller)
    {
        if (caller is not null && caller.UserId == _state?.Session.InitiatorId)
        {
            _callerHeardAt = _clock.GetUtcNow();
        }
    }

    private CallResult AnswerWithCredential(CallExecution execution, Caller caller, CredentialRole role)
    {
        var answer = Answer(execution, caller);
        if (answer.Code != CallResultCode.Ok)
        {
            return answer;
        }

        var now = _clock.GetUtcNow();
        return answer with
        {
            Credential = _credentials.Issue(answer.Session!, caller.UserId, role, _machine.TokenLifetime(answer.Session!, now), now),
        };
    }

    private CallResult Answer(CallExecution execution, Caller caller) => execution.AnswerTo(caller, _state?.Session);
}
