using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Monitor.Cluster;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>Viewers of the monitor are told what happens at all silos, and none of their silos has to ask every other one.</summary>
public sealed class ClusterMonitorTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private readonly string _caller = "caller-" + Guid.NewGuid().ToString("N");
    private readonly string _patient = "patient-" + Guid.NewGuid().ToString("N");
    private int _timesAsked;
    private volatile bool _isGrainSilent;

    [Fact]
    public async Task However_many_silos_have_viewers_each_silo_is_asked_once()
    {
        await using var cluster = await StartAsync(silos: 4);
        await Task.WhenAll(cluster.Silos.Select(CollectAllAsync));
        await Task.WhenAll(cluster.Silos.Select(silo => MonitorOf(silo).SummarizeAsync()));

        // A later round counts, in which no activation and no connection has to be made; and one in which the machine did not stand still.
        // A round that takes long has two collections in it.
        await Eventually.IsTrueAsync(
            async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                _timesAsked = 0;
                await Task.WhenAll(cluster.Silos.Select(silo => MonitorOf(silo).CollectAsync(after: null)));
                var summaries = await Task.WhenAll(cluster.Silos.Select(silo => MonitorOf(silo).SummarizeAsync()));
                return IsOnceOrTwice(_timesAsked, 2 * cluster.Silos.Count) && summaries.All(HasAllReports);
            },
            "Silos were asked more or less than once or twice for the calls and for the numbers",
            TimeSpan.FromSeconds(120));

        static bool HasAllReports(ClusterSummary summary) => summary.Silos.Count(silo => silo.Report is not null) == 4;
    }

    [Fact]
    public async Task A_viewer_is_told_of_calls_at_every_silo_and_where_they_are_and_of_what_changes()
    {
        await using var cluster = await StartAsync(silos: 3);
        var created = await CallAtEachAsync(cluster);

        var monitor = MonitorOf(cluster.Silos[1]);
        var first = await CollectAllAsync(cluster.Silos[1]);
        // Calls of other tests may have come into memory, as when they ring out.
        Assert.Equal(
            created,
            first.Resident!.SelectMany(silo => silo.Value.Select(id => (id, silo.Key)))
                .Where(place => created.ContainsKey(place.id))
                .ToDictionary(place => place.id, place => place.Key));

        var ended = created.Keys.First();
        await cluster.Grains.GetCall(ended).SetStatus(new SetStatus(CallerOf(ended), CallStatus.Cancelled, Remark: null, DeviceId: null));
        var changes = new List<MonitoredCall>();
        var upTo = first.UpTo;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var batch = await monitor.CollectAsync(upTo);
                upTo = batch.UpTo;
                changes.AddRange(batch.Changes);
                // Where a silo was late, everything is told anew, without the call that has ended.
                return changes.Exists(call => call.Session.Id == ended && call.Session.Status == CallStatus.Cancelled)
                    || (batch is { Resident: { } resident, IsUncertain: false } && !resident.Values.Any(ids => ids.Contains(ended)));
            },
            "The end of the call was not told",
            TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task However_many_requests_ask_where_calls_are_each_silo_is_asked_once()
    {
        await using var cluster = await StartAsync(silos: 4);
        var created = await CallAtEachAsync(cluster);
        string[] ids = [.. created.Keys, CallIds.New(DateTimeOffset.UtcNow)];
        var asking = cluster.Silos.SelectMany(silo => Enumerable.Repeat(MonitorOf(silo), 5)).ToList();

        // A later round counts, in which no activation and no connection has to be made; and one in which the machine did not stand still.
        // A round that takes long has two collections in it.
        await Eventually.IsTrueAsync(
            async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                _timesAsked = 0;
                var answers = await Task.WhenAll(asking.Select(monitor => monitor.FindAsync(ids)));
                return IsOnceOrTwice(_timesAsked, cluster.Silos.Count) && answers.All(created.ToHashSet().SetEquals);
            },
            "Silos were asked more or less than once or twice, or the places are wrong",
            TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task Where_a_sample_is_listed_it_is_not_told_where_other_calls_are()
    {
        const int max = 8;
        await using var cluster = await StartAsync(silos: 2, maxCalls: max);
        var ids = new List<string>();
        while (ids.Count < 2 * max)
        {
            ids.Add(await CallAtAsync(cluster.Silos[ids.Count % 2]));
        }

        var sample = (await CollectAllAsync(cluster.Silos[0])).Sample!.Value;

        Assert.InRange(sample.Share, 0, 0.5);
        await Eventually.IsTrueAsync(
            async () => (await MonitorOf(cluster.Silos[0]).FindAsync(ids)).Keys.ToHashSet().SetEquals(ids.Where(sample.Contains)),
            "Calls outside the sample were found, or others were not",
            TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task While_the_grain_does_not_answer_a_silo_collects_for_itself()
    {
        await using var cluster = await StartAsync(silos: 2);
        var id = await CallAtAsync(cluster.Silos[0]);
        _isGrainSilent = true;

        ClusterFeedBatch? batch = null;
        await Eventually.IsTrueAsync(
            async () => (batch = await MonitorOf(cluster.Silos[1]).CollectAsync(batch?.UpTo)) is { Resident: not null, IsUncertain: false },
            "The silo did not collect for itself",
            TimeSpan.FromSeconds(60));

        Assert.Contains(id, batch!.Resident![cluster.Silos[0].SiloAddress]);
        Assert.Equal(2, (await MonitorOf(cluster.Silos[1]).SummarizeAsync()).Silos.Count);
        await Eventually.IsTrueAsync(
            async () => cluster.Silos[0].SiloAddress.Equals((await MonitorOf(cluster.Silos[1]).FindAsync([id])).GetValueOrDefault(id)),
            "The silo did not find the call by itself",
            TimeSpan.FromSeconds(60));
        _isGrainSilent = false;
    }

    [Fact]
    public async Task While_the_grain_takes_its_time_nothing_is_missed_and_no_viewer_has_to_read_all_calls_again()
    {
        await using var cluster = await StartAsync(silos: 2);
        var (monitor, clock) = MakeMonitor(cluster.Silos[0]);
        var before = await monitor.CollectAsync(after: null);
        _isGrainSilent = true;

        var meanwhile = await CollectInVainAsync(monitor, clock, before.UpTo);
        Assert.Equal((before.UpTo, false), (meanwhile.UpTo, meanwhile.IsUncertain));
        Assert.Null(meanwhile.Resident);

        var id = await CallAtAsync(cluster.Silos[1]);
        _isGrainSilent = false;
        var upTo = meanwhile.UpTo;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var batch = await monitor.CollectAsync(upTo);
                upTo = batch.UpTo;
                return batch.Changes.Any(call => call.Session.Id == id)
                    // Where a silo was late, everything is told anew.
                    || (batch.Resident is { } resident && resident.Values.Any(ids => ids.Contains(id)));
            },
            "The call that was made meanwhile was not told",
            TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Whoever_begins_anew_is_not_given_the_late_answer_to_the_one_before()
    {
        await using var cluster = await StartAsync(silos: 1);
        var (monitor, clock) = MakeMonitor(cluster.Silos[0]);
        var before = await monitor.CollectAsync(after: null);
        _isGrainSilent = true;
        await CollectInVainAsync(monitor, clock, before.UpTo);
        _isGrainSilent = false;

        Assert.NotNull((await monitor.CollectAsync(after: null)).Resident);
    }

    [Fact]
    public async Task A_silo_that_is_lost_is_left_out_and_what_was_known_before_does_not_go_on()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 3, configure: CallCluster.NoticeLossSoon);
        var monitor = MonitorOf(cluster.Silos[0]);
        var lost = cluster.Silos[2];
        var before = await CollectAllAsync(cluster.Silos[0]);
        Assert.Contains(lost.SiloAddress, before.Resident!.Keys);

        await cluster.KillAsync(lost);

        await Eventually.IsTrueAsync(
            async () => (await monitor.CollectAsync(before.UpTo)).Resident is { } resident && !resident.ContainsKey(lost.SiloAddress),
            "The lost silo was not left out",
            TimeSpan.FromSeconds(60));
    }

    private static bool IsOnceOrTwice(int times, int once) => times >= once && times <= 2 * once;

    private static IClusterMonitor MonitorOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IClusterMonitor>();

    /// <summary>The first answer that has what is at each silo: one of them may be late, as where the machine stands still.</summary>
    private static async Task<ClusterFeedBatch> CollectAllAsync(InProcessSiloHandle silo)
    {
        ClusterFeedBatch? first = null;
        await Eventually.IsTrueAsync(
            async () => (first = await MonitorOf(silo).CollectAsync(after: null)) is { Resident: not null, IsUncertain: false },
            "The grain never knew of all silos",
            TimeSpan.FromSeconds(60));
        return first!;
    }

    /// <summary>The monitor of a silo, which waits for the grain as long as the clock says.</summary>
    private static (ClusterMonitor Monitor, FakeTimeProvider Clock) MakeMonitor(InProcessSiloHandle silo)
    {
        var clock = new FakeTimeProvider();
        return (ActivatorUtilities.CreateInstance<ClusterMonitor>(silo.ServiceProvider, clock), clock);
    }

    private static async Task<ClusterFeedBatch> CollectInVainAsync(ClusterMonitor monitor, FakeTimeProvider clock, long after)
    {
        var collecting = monitor.CollectAsync(after);
        Assert.False(collecting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        return await collecting;
    }

    private Caller CallerOf(string callId) => new($"{_caller}-{callId}");

    /// <summary>Makes a call at each silo.</summary>
    /// <returns>The ids of the calls, and where their grains are.</returns>
    private async Task<Dictionary<string, SiloAddress>> CallAtEachAsync(CallCluster cluster)
    {
        var created = new Dictionary<string, SiloAddress>();
        foreach (var silo in cluster.Silos)
        {
            var id = await CallAtAsync(silo);
            created.Add(id, cluster.SiloOf(cluster.Grains.GetCall(id)).SiloAddress);
        }

        return created;
    }

    private async Task<string> CallAtAsync(InProcessSiloHandle silo)
    {
        var id = CallIds.New(DateTimeOffset.UtcNow);
        var created = await CallCluster.GrainsOf(silo).GetCall(id).Create(
            new CreateCall(CallerOf(id), $"{_patient}-{id}", CallType.Video, ChannelName: null, Metadata: null));
        Assert.Equal(CallResultCode.Ok, created.Code);
        return id;
    }

    private Task<CallCluster> StartAsync(int silos, int maxCalls = 30_000) => CallCluster.StartAsync(
        database.Settings,
        silos,
        // No call rings out while a slow machine waits for something else.
        new CallOptions { RingTimeout = TimeSpan.FromMinutes(10), MaxMonitoredCalls = maxCalls },
        configure: silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            if (context.InterfaceMethod.DeclaringType == typeof(IMonitorService))
            {
                Interlocked.Increment(ref _timesAsked);
            }

            while (_isGrainSilent && context.InterfaceMethod.DeclaringType == typeof(IMonitorGrain))
            {
                await Task.Delay(20);
            }

            await context.Invoke();
        }));
}
