namespace Fayo.Calls;

/// <summary>A system that wants to know what happens to calls.</summary>
/// <param name="Destination">
/// What it is called in the outbox, in metrics and in lists. The same for as long as it is the same system. No secret.
/// </param>
/// <param name="Kinds">Of which steps of a call it is told.</param>
public sealed record EventSubscription(string Destination, IReadOnlySet<TimelineKind> Kinds)
{
    /// <summary>The steps of a call of which other systems may be told.</summary>
    public static readonly IReadOnlySet<TimelineKind> AllKinds = new HashSet<TimelineKind>
    {
        TimelineKind.Created, TimelineKind.Ringing, TimelineKind.Answered, TimelineKind.Active, TimelineKind.Ended,
    };

    /// <summary>Only the destination.</summary>
    public override string ToString() => Destination;
}
