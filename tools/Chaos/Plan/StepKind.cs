namespace Fayo.Calls.Chaos.Plan;

/// <summary>What a participant can do in a call.</summary>
internal enum StepKind
{
    /// <summary>Requests a token: the answer to the call, or a renewal.</summary>
    Token,

    /// <summary>Sets ACTIVE.</summary>
    Confirm,

    /// <summary>Sets COMPLETED.</summary>
    HangUp,

    /// <summary>Sets CANCELLED: the initiator gives up, or the recipient declines.</summary>
    Cancel,

    /// <summary>Reads the call.</summary>
    Read,
}
