using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>A call session as the service tells it: over REST, in a message, or in the answer to <c>sync</c>.</summary>
internal sealed record CallView
{
    /// <summary>How the service writes JSON.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public required string Id { get; init; }

    public required int Version { get; init; }

    public required CallStatus Status { get; init; }

    public required string InitiatorId { get; init; }

    public string? RecipientId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RingDeadline { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public EndReason? EndReason { get; init; }

    public string? EndedBy { get; init; }

    /// <summary>What the driver gave the call to carry.</summary>
    public PlanMark? Metadata { get; init; }

    /// <summary>In an invitation: how long it may still ring, in milliseconds.</summary>
    public long? RemainingMs { get; init; }

    /// <summary>Until when it may ring: until somebody answers, and not after the end. Null while it still may.</summary>
    [JsonIgnore]
    public DateTimeOffset? RangUntil => AnsweredAt ?? EndedAt;

    /// <summary>True for the initiator and the recipient.</summary>
    public bool HasParticipant(string? userId) => userId is not null && (userId == InitiatorId || userId == RecipientId);
}

/// <summary>The metadata of a call of the plan.</summary>
/// <param name="Plan">Its place in the plan.</param>
internal sealed record PlanMark(int Plan);

/// <summary>A call as the service has it on record.</summary>
/// <param name="Call">The session.</param>
/// <param name="Timeline">Its timeline, oldest entry first.</param>
internal sealed record LedgerCall(CallView Call, IReadOnlyList<TimelineEntry> Timeline);

/// <summary>Something that must never be.</summary>
/// <param name="CallId">With which call; null where it is with none.</param>
/// <param name="What">What; a sentence.</param>
internal sealed record Violation(string? CallId, string What);
