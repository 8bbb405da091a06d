using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>Notifies somebody who takes no part in the call of every change from now on.</summary>
/// <param name="Caller">A member of staff; or a participant, for whom nothing changes.</param>
public sealed record WatchCommand(Caller Caller) : CallCommand
{
    internal override CallDecision Decide(CallDraft draft)
    {
        if (!draft.Session.MayBeReadBy(Caller))
        {
            return draft.Refuse(CallResultCode.NotParticipant, "Only participants and staff may join a call.");
        }

        var watchers = draft.State.Details.Watchers;
        var isNew = draft.Session.Status.IsOpen && !draft.Session.HasParticipant(Caller.UserId) && !watchers.Contains(Caller.UserId);
        if (isNew && watchers.Length >= CallDetails.MaxWatchers)
        {
            return draft.Refuse(CallResultCode.NotPossible, $"At most {CallDetails.MaxWatchers} people may watch one call.");
        }

        if (isNew)
        {
            draft.Add(TimelineKind.Note, draft.Session.Status, Caller.UserId, detail: "watches", watches: true);
        }

        return draft.Done();
    }
}
