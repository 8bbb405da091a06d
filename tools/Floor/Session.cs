using System.Text.Json;

namespace Fayo.Calls.Floor;

/// <summary>A call as clients see it, with the properties that the service's sessions have.</summary>
internal sealed record Session
{
    public required string Id { get; init; }

    public required string ChannelName { get; init; }

    public required string CallType { get; init; }

    public required string InitiatorId { get; init; }

    public required string RecipientId { get; init; }

    public required string Status { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public JsonElement? Metadata { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required int Version { get; init; }

    public DateTimeOffset? RingDeadline { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public string? EndReason { get; init; }

    public string? EndedBy { get; init; }
}
