using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls;

/// <summary>Hears what happens to the calls of this silo, so that the monitor can show it.</summary>
public interface ICallFeed
{
    /// <summary>The grain of a call has come into memory here.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="committed">Reads the call as it was last committed, from any thread; null where the grain has not read it.</param>
    void Enter(string callId, Func<CallState?> committed);

    /// <summary>The grain of a call has left memory.</summary>
    /// <param name="callId">The call.</param>
    void Leave(string callId);

    /// <summary>Records how a call is now. Called after the commit.</summary>
    /// <param name="state">The call.</param>
    /// <param name="receipts">Deliveries of the invitation, whether or not they are on record.</param>
    void Record(CallState state, IReadOnlyCollection<Receipt> receipts);

    /// <summary>True while a call rings, or is set up, whose grain is in memory here.</summary>
    bool HasCallsInSetup { get; }
}
