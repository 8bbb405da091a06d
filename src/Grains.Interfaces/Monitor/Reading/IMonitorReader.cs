namespace Fayo.Calls;

/// <summary>What the monitor reads of the rows: no grain is woken to look at calls.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface IMonitorReader
{
    /// <summary>The open calls of a sample, in no order. Where their grains are the rows do not say.</summary>
    Task<IReadOnlyList<MonitoredCall>> ReadOpenAsync(CallSample sample, CancellationToken cancellationToken);

    /// <summary>These calls, open or ended, as far as they are there.</summary>
    Task<IReadOnlyList<MonitoredCall>> ReadAsync(IReadOnlyList<string> callIds, CancellationToken cancellationToken);

    /// <summary>A page of open calls, newest first.</summary>
    Task<MonitoredCallPage> ListOpenAsync(OpenCallQuery query, CancellationToken cancellationToken);

    /// <summary>The numbers of the last hour. Asked again within a second, it answers with the same.</summary>
    Task<CallStatistics> ReadStatisticsAsync(CancellationToken cancellationToken);
}
