namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>Where a call is in its life. Finer than its status: an answered call stays RINGING until a participant confirms it.</summary>
internal enum CallPhase
{
    /// <summary>No device of the recipient has acknowledged the invitation.</summary>
    Pending,

    /// <summary>A device rings.</summary>
    Ringing,

    /// <summary>A device has answered; nobody has confirmed the conversation.</summary>
    Answered,

    /// <summary>The conversation is confirmed.</summary>
    Active,

    /// <summary>It has ended, for whatever reason.</summary>
    Ended,

    /// <summary>In a status that only a newer version of this service knows: nothing is done to the call.</summary>
    Unknown,
}

/// <summary>Finds the phase of a call.</summary>
internal static class CallPhases
{
    extension(CallSession session)
    {
        /// <summary>Where the call is in its life.</summary>
        public CallPhase Phase => session.Status switch
        {
            CallStatus.Pending => CallPhase.Pending,
            CallStatus.Ringing => session.AnsweredAt is null ? CallPhase.Ringing : CallPhase.Answered,
            CallStatus.Active => CallPhase.Active,
            CallStatus.Completed or CallStatus.Cancelled or CallStatus.Expired => CallPhase.Ended,
            _ => CallPhase.Unknown,
        };
    }
}
