namespace Fayo.Calls;

/// <summary>All that is kept of one person, in whatever table.</summary>
public interface IPersonalData
{
    /// <summary>Reads all of it, as one JSON object.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    Task<string> ExportAsync(string userId, CancellationToken cancellationToken);

    /// <summary>The open calls of a person, which have to end before the person can be erased.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    Task<IReadOnlyList<string>> ListOpenCallsAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// The open calls of others that a person watches, or has done something in as staff. They have the person's id until they have ended
    /// and the person is erased once more: ending them is not for the person's erasure to do.
    /// </summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    Task<IReadOnlyList<string>> ListWatchedCallsAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Erases a person. Ended calls stay, for the other participant, with a pseudonym in place of the id, without metadata, remarks and
    /// devices. Open calls are left as they are.
    /// </summary>
    /// <remarks>
    /// Each call that changes gets a new version, so that a grain which still has the old one in memory cannot write it back.
    /// </remarks>
    /// <returns>The ids of the calls that were changed.</returns>
    /// <exception cref="CallStoreUnavailableException">
    /// The database cannot be reached; what was erased until then stays erased. It is safe to ask again.
    /// </exception>
    Task<IReadOnlyList<string>> EraseAsync(string userId, CancellationToken cancellationToken);
}
