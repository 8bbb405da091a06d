namespace Fayo.Calls;

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

    /// <summary>For <see cref="CallResultCode.LimitReached"/>: which limit.</summary>
    [Id(6)] public CallLimit? Limit { get; init; }

    /// <summary>For <see cref="CallResultCode.LimitReached"/>: after how many seconds the caller may try again, at least 1.</summary>
    [Id(7)] public int? RetryAfter { get; init; }
}
