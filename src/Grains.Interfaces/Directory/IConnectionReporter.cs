namespace Fayo.Calls;

/// <summary>Tells the directory of connections who has connections at this silo.</summary>
public interface IConnectionReporter
{
    /// <summary>A user's first connection here opened, or the last one closed. Whether there is one is read from the gateway.</summary>
    /// <returns>
    /// Completes when the directory knows, or cannot be reached for a moment: it is then told as soon as possible. Never fails.
    /// </returns>
    Task ReportAsync(string userId);
}
