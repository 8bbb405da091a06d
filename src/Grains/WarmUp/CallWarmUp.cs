using Fayo.Calls.Agora;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Fayo.Calls.Grains.Media;
using Fayo.Calls.Grains.Users;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.WarmUp;

/// <summary>
/// Plays a whole call between two users who do not exist: through the rules, the database, which rolls it back, and the users' grains,
/// which have no connection to notify. No grain of a call takes part, since it would tell the monitor and the metrics.
/// </summary>
internal sealed class CallWarmUp(
    ICallWriteWarmUp store,
    CallMachine machine,
    ICredentialSource credentials,
    IGrainFactory grains,
    LocalUsers usersHere,
    GatewayBroadcast gateways,
    ICallFeed feed,
    TimeProvider clock,
    CallMetrics metrics,
    ILogger<CallWarmUp> logger) : IWarmUpStep
{
    private const string Device = "warm-up";

    /// <inheritdoc/>
    public async Task RunAsync(Func<CancellationToken, Task> waitForStart, CancellationToken cancellationToken)
    {
        var writes = Play();
        await store.WriteAndRollBackAsync(writes);
        await waitForStart(cancellationToken);
        await NotifyAsync(writes).WaitAsync(cancellationToken);
    }

    private List<CallWrite> Play()
    {
        // Nobody can be called by these names: they cannot be guessed.
        var (caller, recipient) = (new Caller($"warm-up-{Guid.NewGuid():n}"), new Caller($"warm-up-{Guid.NewGuid():n}"));
        var now = clock.GetUtcMilliseconds();
        var id = CallIds.New(now);
        CallCommand[] commands =
        [
            new OpenCommand(
                id,
                ChannelName.Generate(caller.UserId),
                new CreateCall(caller, recipient.UserId, CallType.Video, ChannelName: null, Metadata: null, Key: null)),
            new AcknowledgeCommand(new AcknowledgeInvitation(recipient, Device)),
            new RequestTokenCommand(new RequestToken(recipient, CredentialRole.Host, Device)),
            new SetStatusCommand(new SetStatus(recipient, CallStatus.Active, Remark: null, Device)),
            new SetStatusCommand(new SetStatus(caller, CallStatus.Completed, Remark: null, DeviceId: null)),
        ];
        List<CallWrite> writes = [];
        CallState? state = null;
        foreach (var command in commands)
        {
            var decision = machine.Decide(state, command, now, [new Receipt(Device, now)]);
            if (decision is { Events.Count: > 0, State: { } after })
            {
                writes.Add(new CallWrite(id, state?.Session.Version, after, decision.Events, decision.Claims, decision.Admission));
                state = after;
            }
        }

        var session = writes[0].State.Session;
        credentials.Issue(session, caller.UserId, CredentialRole.Host, machine.TokenLifetime(session, now), now);
        return writes;
    }

    private async Task NotifyAsync(List<CallWrite> writes)
    {
        var state = writes[0].State;
        var notifier = new CallNotifier(grains, usersHere, gateways, () => state, feed, clock, metrics, logger);
        foreach (var write in writes)
        {
            state = write.State;
            notifier.Notify(state, isNew: write.ExpectedVersion is null);
            await notifier.WhenIdleAsync();
        }
    }
}
