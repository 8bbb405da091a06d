namespace Fayo.Calls;

/// <summary>
/// Runs code that calls need once after a start, before clients come: the first call would otherwise wait while it is compiled, and while
/// the database prepares for it. It writes nothing, notifies nobody, and counts in no metric of calls.
/// </summary>
public interface IWarmUpStep
{
    /// <summary>Runs the code. May throw: the service starts all the same.</summary>
    /// <param name="waitForStart">Waits until the silo has started. What needs no grain runs before, while the silo starts.</param>
    /// <param name="cancellationToken">Canceled when the service stops.</param>
    Task RunAsync(Func<CancellationToken, Task> waitForStart, CancellationToken cancellationToken);
}
