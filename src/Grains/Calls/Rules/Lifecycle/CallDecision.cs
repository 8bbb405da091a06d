using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>What the rules make of a command.</summary>
public sealed record CallDecision
{
    /// <summary>
    /// Whether the command was carried out, or why not. A refused command may still have events: a deadline that had passed.
    /// </summary>
    public required CallResultCode Code { get; init; }

    /// <summary>The call as it is from now on; null when there is none.</summary>
    public required CallState? State { get; init; }

    /// <summary>The steps taken, oldest first; empty when the call is as it was.</summary>
    public IReadOnlyList<CallEvent> Events { get; init; } = [];

    /// <summary>What the call takes, requires and releases with these steps.</summary>
    public CallClaims Claims { get; init; } = CallClaims.None;

    /// <summary>For a new call: on which conditions it may be written.</summary>
    public CallAdmission? Admission { get; init; }

    /// <summary>For <see cref="CallResultCode.LimitReached"/>: which limit.</summary>
    public CallLimit? Limit { get; init; }

    /// <summary>For <see cref="CallResultCode.LimitReached"/>: after how many seconds the caller may try again, at least 1.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>For <see cref="CallResultCode.BadValue"/>: the field, as it is named on the wire.</summary>
    public string? Field { get; init; }

    /// <summary>A sentence for people that says what is wrong.</summary>
    public string? Detail { get; init; }
}
