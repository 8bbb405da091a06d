namespace Fayo.Calls;

/// <summary>What a device is pushed. It never holds more of a person than the caller's verified name.</summary>
public sealed record PushMessage
{
    /// <summary>What it is for.</summary>
    public required PushMessageType Type { get; init; }

    /// <summary>A push replaces one with the same topic that has not been delivered: at most 32 characters of base64url.</summary>
    public required string Topic { get; init; }

    /// <summary>When it is of no use any more. The push service keeps it until then for a device that it cannot reach.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The call; null for a test.</summary>
    public string? CallId { get; init; }

    /// <summary>For a ring: the version of the call.</summary>
    public int Version { get; init; }

    /// <summary>For a ring: what kind of call it is.</summary>
    public CallType? CallType { get; init; }

    /// <summary>Who calls, by a verified token. Never logged.</summary>
    public string? InitiatorName { get; init; }

    /// <summary>For a ring: until when it may ring.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>For a ring: what the device asks about and declines this call with (<see cref="PushCredentials"/>). Never logged.</summary>
    public string? Credential { get; init; }

    /// <summary>For the end of a ring: what became of it.</summary>
    public RingOutcome? Outcome { get; init; }

    /// <summary>Without the name and the credential.</summary>
    public override string ToString() => $"{Type} of {CallId ?? "nothing"}";
}
