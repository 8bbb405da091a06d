namespace Fayo.Calls;

/// <summary>A call session as it is told to clients: one immutable snapshot. Times are UTC with whole milliseconds.</summary>
[GenerateSerializer, Immutable, Alias("Fayo.CallSession")]
public sealed record CallSession
{
    /// <summary>The identifier; see <see cref="CallIds"/>.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Grows by one with every entry of the timeline; the first is 1.</summary>
    [Id(1)] public required int Version { get; init; }

    /// <summary>Where the call is in its life.</summary>
    [Id(2)] public required CallStatus Status { get; init; }

    /// <summary>Picture and sound, or sound only.</summary>
    [Id(3)] public required CallType CallType { get; init; }

    /// <summary>The media channel, at most 63 bytes.</summary>
    [Id(4)] public required string ChannelName { get; init; }

    /// <summary>Who called.</summary>
    [Id(5)] public required string InitiatorId { get; init; }

    /// <summary>Who is called; null in an open session that nobody has joined yet.</summary>
    [Id(6)] public string? RecipientId { get; init; }

    /// <summary>The initiator's own JSON object, as text; null when none was given. Never logged.</summary>
    [Id(7)] public string? Metadata { get; init; }

    /// <summary>When the session was created.</summary>
    [Id(8)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the latest entry was added to the timeline.</summary>
    [Id(9)] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the session ends at the latest, unless a renewed token carries it on.</summary>
    [Id(10)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Until when it rings; null where nobody is rung.</summary>
    [Id(11)] public DateTimeOffset? RingDeadline { get; init; }

    /// <summary>When the recipient's first device asked for a token.</summary>
    [Id(12)] public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When the conversation was confirmed.</summary>
    [Id(13)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the call ended.</summary>
    [Id(14)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why the call ended.</summary>
    [Id(15)] public EndReason? EndReason { get; init; }

    /// <summary>The user who ended the call; null when the server did.</summary>
    [Id(16)] public string? EndedBy { get; init; }

    /// <summary>The initiator's name, as the initiator's verified token had it; null where it had none. Never logged.</summary>
    [Id(17)] public string? InitiatorName { get; init; }

    /// <summary>The initiator's role, as the initiator's verified token had it; null where it had none.</summary>
    [Id(18)] public string? InitiatorRole { get; init; }

    /// <summary>True while the call waits for its recipient's answer.</summary>
    public bool Rings => RecipientId is not null && AnsweredAt is null && Status is CallStatus.Pending or CallStatus.Ringing;

    /// <summary>True for the initiator and the recipient.</summary>
    public bool HasParticipant(string userId) => userId == InitiatorId || userId == RecipientId;

    /// <summary>True for the participants, and for staff, who may read any call.</summary>
    public bool MayBeReadBy(Caller caller) => HasParticipant(caller.UserId) || caller.IsStaff;

    /// <summary>Without metadata and names.</summary>
    public override string ToString() => $"Call {Id}, version {Version}, {Status}";
}
