namespace Fayo.Calls.Grains.Sweep;

/// <summary>Finds the calls that the sweep has to check.</summary>
public interface IOverdueCalls
{
    /// <summary>The ids of calls that it is time to check, the longest overdue first.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    Task<IReadOnlyList<string>> ListAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Records when the sweep has to check these calls again. A call that has changed since it was checked is left alone.
    /// </summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    Task PostponeAsync(IReadOnlyList<CallCheck> checks, CancellationToken cancellationToken);
}
