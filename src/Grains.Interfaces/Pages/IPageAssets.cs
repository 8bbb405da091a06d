namespace Fayo.Calls;

/// <summary>The assets of the pages of all releases that were in service within the last 30 days, which all silos share.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface IPageAssets
{
    /// <summary>How many bytes all assets have together at most, as they are kept. Those go first that were in use longest ago.</summary>
    const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Notes that these assets are in use.</summary>
    /// <returns>Those of them that are kept already.</returns>
    Task<IReadOnlyList<string>> NoteUsedAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>Keeps an asset; does nothing where there is one with this name.</summary>
    Task AddAsync(string name, PageAsset asset, CancellationToken cancellationToken);

    /// <summary>The names of all assets that are kept.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);

    /// <summary>An asset by its name; null where none is kept.</summary>
    Task<PageAsset?> FindAsync(string name, CancellationToken cancellationToken);
}
