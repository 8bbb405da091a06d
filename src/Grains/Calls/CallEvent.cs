namespace Fayo.Calls.Grains.Calls;

/// <summary>
/// One step of a call: what a timeline entry shows, and what <see cref="CallMachine.Apply"/> needs to take the step again.
/// </summary>
public sealed record CallEvent
{
    /// <summary>The call's version from this step on; the first is 1.</summary>
    public required int Version { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened.</summary>
    public required TimelineKind Kind { get; init; }

    /// <summary>The user who caused it; null for the server.</summary>
    public string? By { get; init; }

    /// <summary>The device, where one is concerned.</summary>
    public string? Device { get; init; }

    /// <summary>The call's status from this step on.</summary>
    public required CallStatus Status { get; init; }

    /// <summary>The end reason as on the wire, or a remark.</summary>
    public string? Detail { get; init; }

    /// <summary>For <see cref="TimelineKind.Created"/>: the session as it came to be.</summary>
    public CallSession? Created { get; init; }

    /// <summary>For <see cref="TimelineKind.Ended"/>: why.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>Where the step moves the ring deadline: the new one.</summary>
    public DateTimeOffset? RingDeadline { get; init; }

    /// <summary>Where the step carries the session on: the new expiry.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>For a <see cref="TimelineKind.Note"/> of staff who joined: they are told of changes from now on.</summary>
    public bool Watches { get; init; }

    /// <summary>For a <see cref="TimelineKind.Note"/> of a participant who called while this call rang.</summary>
    public bool IsAttempt { get; init; }
}
