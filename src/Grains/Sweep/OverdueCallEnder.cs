using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Fayo.Calls.Grains.Users;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>
/// Ends a call whose deadline has passed and whose grain does not answer: its silo may stand still, or have lost the database. The row is
/// the truth, and the rules are those of the grain. Whatever the grain makes of the call later is not written, because the version is
/// another by then.
/// </summary>
internal sealed class OverdueCallEnder(
    ICallStore store, CallMachine machine, ICallFeed feed, CallMetrics metrics, GatewayBroadcast gateways, TimeProvider clock)
{
    /// <summary>Ends the call if its deadline has passed, and notifies everybody concerned without the help of any grain.</summary>
    /// <param name="callId">The call.</param>
    /// <returns>Whether it was ended here; false where it has been changed meanwhile.</returns>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task<bool> EndAsync(string callId)
    {
        if (await store.ReadAsync(callId) is not { } before)
        {
            return false;
        }

        var decision = machine.Decide(before, new CheckDeadlinesCommand(), clock.GetUtcMilliseconds());
        if (decision.Events.Count == 0)
        {
            return false;
        }

        var after = decision.State!;
        var write = new CallWrite(callId, before.Session.Version, after, decision.Events, decision.Claims);
        if (await store.WriteAsync(write) is not CallWriteOutcome.Written)
        {
            return false;
        }

        feed.Record(after, []);
        metrics.Record(before.Session, after.Session);
        await NotifyAsync(after);
        return true;
    }

    private Task NotifyAsync(CallState state)
    {
        var change = new UserMessage(UserMessageKind.Status, state.Session);
        List<Task> notified = [gateways.DeliverAsync(state.Session.InitiatorId, change)];
        if (state.Session.RecipientId is { } recipient && state.IsForRecipient)
        {
            notified.Add(gateways.DeliverAsync(recipient, change));
        }

        notified.AddRange(state.Details.Watchers.Select(watcher => gateways.DeliverAsync(watcher, change with { WatchersOnly = true })));
        return Task.WhenAll(notified);
    }
}
