namespace Fayo.Calls;

/// <summary>An event that this silo has taken from the outbox to send it to one destination.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Version">The version of the call that the event made. Later events of a call have higher ones.</param>
/// <param name="Kind">What happened: the wire name of a <see cref="TimelineKind"/>. A newer release may have written others.</param>
/// <param name="At">When it happened.</param>
/// <param name="Session">The call after the change that the event is part of, as JSON (<see cref="CallSessionJson"/>).</param>
/// <param name="Attempts">How often it could not be sent.</param>
/// <param name="FirstTriedAt">When it was first tried; null where it was not.</param>
/// <param name="LeasedUntil">When any silo may take it, should this one not have recorded what became of it.</param>
public sealed record OutboxEvent(
    string CallId,
    int Version,
    string Kind,
    DateTimeOffset At,
    string Session,
    int Attempts,
    DateTimeOffset? FirstTriedAt,
    DateTimeOffset LeasedUntil)
{
    /// <summary>The event's id: the same at every destination and for every attempt.</summary>
    public string Id => EventIds.Format(CallId, Version);

    /// <summary>Without the session, which has names.</summary>
    public override string ToString() => $"Event {Id}: {Kind}";
}
