using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Directory;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;
using Xunit;

namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>
/// What things cost in a cluster that grows from one silo to sixteen. Measured once for all tests that look at it.
/// </summary>
public sealed class ScaleMeasurements : IAsyncLifetime
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    /// <summary>So that what follows the loss of a connection is counted with it.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private const string ToldAnew = nameof(IConnectionDirectoryGrain.Replace);
    private const int MaxAttempts = 4;

    private readonly MigratedDatabase _database = new();
    private readonly Dictionary<int, IReadOnlyDictionary<ScaleActivity, Cost>> _costs = [];

    /// <summary>How many silos the cluster had.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [1, 2, 4, 8, 16];

    /// <summary>The average cost by the number of silos and what was done.</summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<ScaleActivity, Cost>> Costs => _costs;

    /// <summary>Starts the cluster, and plays everything at every size.</summary>
    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        using var meter = new CostMeter();
        var clock = new PatientClock();
        await using var cluster = await CallCluster.StartAsync(
            _database.Settings,
            silos: 1,
            new CallOptions { SweepInterval = Never, CallerLostAfter = Soon, ConnectedGrainLeavesAfter = Never },
            configure: silo => Quieten(silo).AddIncomingGrainCallFilter(meter),
            nextClock: () => clock,
            hasDistributedDirectory: true);
        var play = new ScalePlay(cluster, meter, new Random(Seed: 14));
        foreach (var size in Sizes)
        {
            await cluster.AddSilosAsync(size - cluster.Silos.Count);
            await UntilAllKnowEachOtherAsync(cluster);
            await Task.WhenAll(cluster.Silos.Select(EndReportsAsync));
            await UntilNoReportIsLeftAsync(cluster);
            clock.IsPatient = true;
            _costs[size] = await PlayAsync(play);
            clock.IsPatient = false;
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>
    /// Plays everything, and once more where Orleans moved a partition of the directory meanwhile, as it may long after a silo has come
    /// where the machine stands still: the partition has to be told of everything anew.
    /// </summary>
    private static async Task<IReadOnlyDictionary<ScaleActivity, Cost>> PlayAsync(ScalePlay play)
    {
        for (var attempt = 1; ; attempt++)
        {
            var costs = await play.PlayAsync();
            if (attempt == MaxAttempts || !costs.Values.Any(cost => cost.ByMethod.GetValueOrDefault(ToldAnew) > 0))
            {
                return costs;
            }
        }
    }

    /// <summary>Silos that say nothing to each other by themselves, so that only what is played is counted.</summary>
    private static ISiloBuilder Quieten(ISiloBuilder silo) => silo
        .Configure<ClusterMembershipOptions>(membership => membership.ProbeTimeout = Never)
        .Configure<DeploymentLoadPublisherOptions>(load => load.DeploymentLoadPublisherRefreshTime = Never);

    /// <summary>
    /// Ends the reports to the directory that a silo makes where nothing has changed. Those of changes go on.
    /// </summary>
    private static Task EndReportsAsync(InProcessSiloHandle silo) =>
        ReporterOf(silo).StopAsync(CancellationToken.None);

    /// <summary>A report that failed, as while the machine stands still, is repeated later, and would be counted.</summary>
    private static Task UntilNoReportIsLeftAsync(CallCluster cluster) => Eventually.IsTrueAsync(
        () => !cluster.Silos.Any(silo => ReporterOf(silo).IsReporting),
        "Some silos never had their reports answered.");

    private static ConnectionReporter ReporterOf(InProcessSiloHandle silo) =>
        (ConnectionReporter)silo.ServiceProvider.GetRequiredService<IConnectionReporter>();

    private static Task UntilAllKnowEachOtherAsync(CallCluster cluster) => Eventually.IsTrueAsync(
        () => cluster.Silos.All(silo =>
            silo.ServiceProvider.GetRequiredService<ISiloStatusOracle>().GetActiveSilos().Length == cluster.Silos.Count),
        "Some silos never knew all others.");
}
