namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>
/// One step of a call: what a timeline entry shows, and what is needed to replay the step.
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

    /// <summary>The client did not name its device: <see cref="Device"/> is its connection, or null.</summary>
    public bool IsUnnamed { get; init; }

    /// <summary>The call's status from this step on.</summary>
    public required CallStatus Status { get; init; }

    /// <summary>The end reason as on the wire, or a remark.</summary>
    public string? Detail { get; init; }

    /// <summary>For <see cref="TimelineKind.Created"/>: the new session.</summary>
    public CallSession? Created { get; init; }

    /// <summary>
    /// For <see cref="TimelineKind.Created"/>, where the client brought the name of the media channel: how long the first token is
    /// good for.
    /// </summary>
    public TimeSpan? TokenLifetime { get; init; }

    /// <summary>For <see cref="TimelineKind.Ended"/>: why.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>The new ring deadline, where the step moves it.</summary>
    public DateTimeOffset? RingDeadline { get; init; }

    /// <summary>The new expiry, where the step extends the session.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>For a <see cref="TimelineKind.Note"/>: a member of staff watches the call from now on.</summary>
    public bool Watches { get; init; }

    /// <summary>For a <see cref="TimelineKind.Note"/>: a participant asked for another call while this one rang.</summary>
    public bool IsAttempt { get; init; }

    /// <summary>Without the detail, which may be a remark.</summary>
    public override string ToString() => $"Event {Version}: {Kind}, {Status}";
}
