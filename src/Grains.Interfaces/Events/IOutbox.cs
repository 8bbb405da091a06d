namespace Fayo.Calls;

/// <summary>
/// The events that are to be sent to other systems. They are written together with the change of the call that they tell of. All silos
/// take events from it; the database shares them out.
/// </summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> when the database cannot be reached.</remarks>
public interface IOutbox
{
    /// <summary>
    /// Takes events that are due, the longest due first: of each call only the earliest that is neither sent nor parked. No other silo
    /// takes them before the lease is over.
    /// </summary>
    /// <param name="destination">Where the events go.</param>
    /// <param name="now">The time.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="lease">For how long they are taken.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<OutboxBatch> TakeAsync(string destination, DateTimeOffset now, int limit, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// Records what became of events that were taken, and makes the next event of a call due where the one before is sent or parked.
    /// Does nothing for an event whose lease is over and that was taken by another silo.
    /// </summary>
    /// <param name="destination">Where the events went.</param>
    /// <param name="results">The results; of each event one.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task RecordAsync(
        string destination, IReadOnlyList<OutboxResult> results, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Counts what is to be sent and what is parked. A destination that has neither is not among the results.</summary>
    Task<IReadOnlyList<OutboxMeasure>> MeasureAsync(CancellationToken cancellationToken);
}
