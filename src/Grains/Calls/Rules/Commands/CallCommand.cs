using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>What may be asked of a call. Each command decides for itself what it does to a call.</summary>
public abstract record CallCommand
{
    /// <summary>Decides what the command does to a call that exists. Deadlines that had passed have been applied already.</summary>
    internal abstract CallDecision Decide(CallDraft draft);
}
