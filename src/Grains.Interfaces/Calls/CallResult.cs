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
}

/// <summary>The answer of a call session.</summary>
[GenerateSerializer, Immutable, Alias("Fayo.CallResult")]
public sealed record CallResult
{
    /// <summary>How it went.</summary>
    [Id(0)] public required CallResultCode Code { get; init; }

    /// <summary>The call as it is now; absent where the caller may not see it.</summary>
    [Id(1)] public CallSession? Session { get; init; }

    /// <summary>The credential, where one was asked for and given.</summary>
    [Id(2)] public Credential? Credential { get; init; }

    /// <summary>For <see cref="CallResultCode.BadValue"/>: the field of the request, as it is named on the wire.</summary>
    [Id(3)] public string? Field { get; init; }

    /// <summary>A sentence for people that says what is wrong.</summary>
    [Id(4)] public string? Detail { get; init; }

    /// <summary>Whom the signal is for, where one may be sent.</summary>
    [Id(5)] public SignalAddress? Signals { get; init; }
}
