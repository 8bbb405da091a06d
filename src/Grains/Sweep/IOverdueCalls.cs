namespace Fayo.Calls.Grains.Sweep;

/// <summary>Finds the calls that the sweep has to check, and shares them out among the silos.</summary>
/// <remarks>Both methods throw <see cref="CallStoreUnavailableException"/> when the database cannot be reached.</remarks>
public interface IOverdueCalls
{
    /// <summary>
    /// Takes calls that have to be checked, the longest overdue first. No other silo takes them before their lease is over: after
    /// <paramref name="lease"/>, but at the next deadline of the call if that comes first, and a second after it has passed.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="until">Takes the calls that have to be checked by then.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="lease">For how long they are taken.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<OverdueCall>> TakeAsync(
        DateTimeOffset now, DateTimeOffset until, int limit, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// Records when the sweep has to check these calls again. A call that has changed since it was checked is left alone.
    /// </summary>
    /// <param name="calls">Each at most once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task PostponeAsync(IReadOnlyList<Postponement> calls, CancellationToken cancellationToken);
}
