using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Chaos.Records;

/// <summary>A call session as the service sends it: over REST, in a message, or in the answer to <c>sync</c>.</summary>
internal sealed record CallView
{
    /// <summary>The service's JSON: property names in camel case.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public required string Id { get; init; }

    public required int Version { get; init; }

    /// <summary>See <see cref="CallStatusNames"/>.</summary>
    public required string Status { get; init; }

    public required string InitiatorId { get; init; }

    public string? RecipientId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RingDeadline { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>See <see cref="EndReasonNames"/>.</summary>
    public string? EndReason { get; init; }

    public string? EndedBy { get; init; }

    /// <summary>The metadata that the driver gave the call.</summary>
    public PlanMetadata? Metadata { get; init; }

    /// <summary>In an invitation: how long it may still ring, in milliseconds.</summary>
    public long? RemainingMs { get; init; }

    /// <summary>When it stopped ringing, because it was answered or ended; null while it rings.</summary>
    [JsonIgnore]
    public DateTimeOffset? RangUntil => AnsweredAt ?? EndedAt;

    /// <summary>True until the call has ended.</summary>
    [JsonIgnore]
    public bool IsOpen => CallStatusNames.IsOpen(Status);

    /// <summary>True for the initiator and the recipient.</summary>
    public bool HasParticipant(string? userId) => userId is not null && (userId == InitiatorId || userId == RecipientId);
}
