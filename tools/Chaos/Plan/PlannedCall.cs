namespace Fayo.Calls.Chaos.Plan;

/// <summary>A call that will be made.</summary>
internal sealed record PlannedCall
{
    /// <summary>Its number in the plan; the session's metadata carries it.</summary>
    public required int Number { get; init; }

    /// <summary>When, counted from the start of the run.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Who calls.</summary>
    public required int Initiator { get; init; }

    /// <summary>Who is called.</summary>
    public required int Recipient { get; init; }

    /// <summary>True where the request carries an Idempotency-Key, and may therefore be repeated.</summary>
    public required bool HasKey { get; init; }

    /// <summary>True where the request is sent twice at the same moment.</summary>
    public required bool Twice { get; init; }

    /// <summary>For each of the recipient's connections: how long after an invitation it acknowledges; null where it never does.</summary>
    public required IReadOnlyList<TimeSpan?> Acknowledgements { get; init; }

    /// <summary>What the participants do. No step waits for another.</summary>
    public required IReadOnlyList<PlannedStep> Steps { get; init; }
}
