namespace Fayo.Calls.Grains.Sweep;

/// <summary>Finds the calls that the sweep has to look at.</summary>
public interface IOverdueCalls
{
    /// <summary>The ids of calls that it is time to look at, the longest overdue first.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    Task<IReadOnlyList<string>> ListAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Has the sweep look at these calls again when they say, as far as nothing has happened to them since.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    Task PostponeAsync(IReadOnlyList<CallLook> looks, CancellationToken cancellationToken);
}
