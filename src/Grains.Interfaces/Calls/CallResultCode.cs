namespace Fayo.Calls;

/// <summary>How a request to a call session went. Refusals are answers, not exceptions.</summary>
[GenerateSerializer, Alias("Fayo.CallResultCode")]
public enum CallResultCode
{
    /// <summary>Done, or it was so already.</summary>
    Ok,

    /// <summary>A value of the request cannot be accepted; the field and the detail say which and why.</summary>
    BadValue,

    /// <summary>There is no such call.</summary>
    NotFound,

    /// <summary>The caller is neither a participant nor, for reading, staff.</summary>
    NotParticipant,

    /// <summary>The call's state forbids it.</summary>
    NotPossible,

    /// <summary>Another device of the recipient has answered.</summary>
    AnsweredElsewhere,

    /// <summary>The call has ended or expired.</summary>
    Ended,

    /// <summary>The channel name is that of another open call.</summary>
    ChannelInUse,

    /// <summary>The key of the request was used before, for a request with another body.</summary>
    KeyReused,

    /// <summary>A participant is in another call.</summary>
    Busy,

    /// <summary>Done: the initiator's call to the same recipient still rings, and is what the answer tells of.</summary>
    AlreadyCalling,

    /// <summary>Done: the one to be called was calling; the answer tells of that call, answered.</summary>
    AlreadyRinging,

    /// <summary>The database will never accept a value of the request: a text with a NUL character, say.</summary>
    NotStorable,

    /// <summary>The initiator is in an ACTIVE call, which the answer tells of, and has to end it first.</summary>
    InCall,

    /// <summary>The caller has reached a limit, and may try again after a while.</summary>
    LimitReached,
}
