namespace Fayo.Calls;

/// <summary>What is to be put on record: who did what, about whom, from where. Holds no names, metadata or remarks.</summary>
public sealed record AuditEntry
{
    /// <summary>One of <see cref="AuditAction"/>.</summary>
    public required string Action { get; init; }

    /// <summary>When it was done, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The user who did it; null for the service itself, and for a command of the program.</summary>
    public string? ActorId { get; init; }

    /// <summary>The role of that user.</summary>
    public string? Role { get; init; }

    /// <summary>The user whose data it was about: the one asked for, or the initiator of a call.</summary>
    public string? SubjectId { get; init; }

    /// <summary>The recipient of a call.</summary>
    public string? OtherId { get; init; }

    /// <summary>The call it was about.</summary>
    public string? CallId { get; init; }

    /// <summary>The HTTP status of the answer, where there is one.</summary>
    public int? Status { get; init; }

    /// <summary>The address of the client, as the proxies that are trusted declare it.</summary>
    public string? Address { get; init; }

    /// <summary>The client's program (User-Agent), cut to a reasonable length.</summary>
    public string? Agent { get; init; }

    /// <summary>What else there is to say.</summary>
    public string? Detail { get; init; }
}
