using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Users;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fayo.Calls.Grains.Monitor;

/// <summary>Tells the monitor about its silo.</summary>
[Reentrant]
internal sealed class MonitorService(
    GrainId id,
    Silo silo,
    ILoggerFactory loggers,
    CallFeed feed,
    IConnectionGateway gateway,
    ILocalSiloDetails here,
    IGrainFactory grains,
    TimeProvider clock)
    : GrainService(id, silo, loggers), IMonitorService
{
    private readonly DateTimeOffset _since = clock.GetUtcNow();

    public Task<CallFeedBatch> Collect(long? after, CallSample sample) => Task.FromResult(feed.Collect(after, sample));

    public Task<IReadOnlyList<string>> Find(IReadOnlyList<string> callIds) =>
        Task.FromResult<IReadOnlyList<string>>([.. callIds.Where(feed.Has)]);

    public async Task<SiloReport> Describe()
    {
        var kinds = await grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics([here.SiloAddress]);
        return new SiloReport(
            here.Name,
            _since,
            CountOf(kinds, typeof(CallSessionGrain)),
            CountOf(kinds, typeof(UserGrain)),
            kinds.Sum(kind => kind.ActivationCount),
            gateway.CountConnections());
    }

    /// <summary>Orleans names a kind of grain by its class and assembly.</summary>
    private static int CountOf(SimpleGrainStatistic[] kinds, Type grain) =>
        kinds.Where(kind => kind.GrainType.Split(',')[0] == grain.FullName).Sum(kind => kind.ActivationCount);
}
