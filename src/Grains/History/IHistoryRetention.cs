namespace Fayo.Calls.Grains.History;

/// <summary>
/// Deletes what has been kept long enough, a thousand rows per transaction, with pauses that leave the database to others.
/// </summary>
/// <remarks>
/// Every method throws <see cref="CallStoreUnavailableException"/> when the database cannot be reached; what was deleted until then
/// stays deleted.
/// </remarks>
public interface IHistoryRetention
{
    /// <summary>Deletes the calls that ended before a time, and their timelines.</summary>
    /// <param name="before">The time, UTC.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many calls were deleted.</returns>
    Task<int> DeleteEndedBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Deletes the users who were last seen before a time.</summary>
    /// <param name="before">The time, UTC.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many users were deleted.</returns>
    Task<int> DeleteUsersSeenBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Deletes the keys of requests that have been kept for a day.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many keys were deleted.</returns>
    Task<int> DeleteKeysAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the wishes of users not to be disturbed whose time is over.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many wishes were deleted.</returns>
    Task<int> DeleteDoNotDisturbAsync(CancellationToken cancellationToken);

    /// <summary>Deletes events of the outbox.</summary>
    /// <param name="sentBefore">Those that were sent before this time.</param>
    /// <param name="parkedBefore">Those that were parked before this time, and those that happened before it and still wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many events were deleted.</returns>
    Task<int> DeleteEventsAsync(DateTimeOffset sentBefore, DateTimeOffset parkedBefore, CancellationToken cancellationToken);

    /// <summary>Deletes the assets of the pages that no silo has had since a time.</summary>
    /// <param name="before">The time, UTC.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many assets were deleted.</returns>
    Task<int> DeletePageAssetsAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
