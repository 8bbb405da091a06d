using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls;

/// <summary>Keeps calls, their timelines and their claims.</summary>
/// <remarks>Both methods throw <see cref="CallStoreUnavailableException"/> when the database cannot be reached. Whether a write was
/// made is then unknown.</remarks>
public interface ICallStore
{
    /// <summary>Reads a call.</summary>
    /// <param name="callId">The call.</param>
    /// <returns>The call as it was last written; null where there is none.</returns>
    Task<CallState?> ReadAsync(string callId);

    /// <summary>Writes a change of a call. Returns once it is committed, or once it is certain that it never will be.</summary>
    /// <param name="write">The change.</param>
    Task<CallWriteOutcome> WriteAsync(CallWrite write);
}
