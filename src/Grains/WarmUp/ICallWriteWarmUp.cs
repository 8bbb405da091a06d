using Fayo.Calls.Grains.Calls;

namespace Fayo.Calls.Grains.WarmUp;

/// <summary>Writes changes of a call as <see cref="ICallStore"/> does, and takes them back.</summary>
public interface ICallWriteWarmUp
{
    /// <summary>Writes the changes one after another in one transaction, which is rolled back. Real writes wait meanwhile.</summary>
    /// <param name="writes">The changes of a call that does not exist.</param>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached, or takes no changes.</exception>
    Task WriteAndRollBackAsync(IReadOnlyList<CallWrite> writes);
}
