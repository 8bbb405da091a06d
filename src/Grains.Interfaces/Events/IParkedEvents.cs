namespace Fayo.Calls;

/// <summary>The events that could not be sent.</summary>
/// <remarks>Both methods throw <see cref="CallStoreUnavailableException"/> when the database cannot be reached.</remarks>
public interface IParkedEvents
{
    /// <summary>Lists parked events, those that were parked last first.</summary>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<ParkedEvent>> ListAsync(ParkedEventCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>Has a parked event tried again, at every destination where it is parked.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="version">The version of the call that the event made.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The destinations; none where there is no such event, or it is not parked.</returns>
    Task<IReadOnlyList<string>> RetryAsync(string callId, int version, DateTimeOffset now, CancellationToken cancellationToken);
}
