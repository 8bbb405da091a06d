namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>What can happen to a call.</summary>
internal enum CallStep
{
    /// <summary>The recipient turns out to be in another call.</summary>
    FindBusy,

    /// <summary>A device of the recipient says that it rings.</summary>
    Acknowledge,

    /// <summary>The first device of the recipient asks for a token.</summary>
    Answer,

    /// <summary>A participant confirms the conversation.</summary>
    Confirm,

    /// <summary>A participant sets COMPLETED.</summary>
    HangUp,

    /// <summary>The initiator sets CANCELLED.</summary>
    Cancel,

    /// <summary>The recipient sets CANCELLED.</summary>
    Decline,

    /// <summary>A member of staff ends the call.</summary>
    End,

    /// <summary>It has rung for as long as it may.</summary>
    StopRinging,

    /// <summary>The participants have lost the call: both, or one who asks for another call instead.</summary>
    LoseConnection,

    /// <summary>The initiator has been without a connection for too long, and nobody has confirmed the call.</summary>
    LoseCaller,

    /// <summary>The conversation has lasted as long as it may.</summary>
    ReachMaxDuration,

    /// <summary>The session has outlived its tokens.</summary>
    Expire,
}
