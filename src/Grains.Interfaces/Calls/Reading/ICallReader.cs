namespace Fayo.Calls;

/// <summary>Reads over many call sessions, straight from the rows: no grain is woken to list calls.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface ICallReader
{
    /// <summary>The user's open, unexpired calls, newest first, at most 100.</summary>
    Task<IReadOnlyList<CallSession>> ListOpenAsync(string userId, CancellationToken cancellationToken);

    /// <summary>A page of calls, newest first.</summary>
    Task<CallPage> ListAsync(CallQuery query, CancellationToken cancellationToken);

    /// <summary>A call with its timeline, oldest entry first; null when there is no such call.</summary>
    Task<CallTimeline?> ReadTimelineAsync(string callId, CancellationToken cancellationToken);
}
