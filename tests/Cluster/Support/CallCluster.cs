using System.Runtime.CompilerServices;
using Fayo.Calls.Grains;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Media;
using Fayo.Calls.Storage;
using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;
using Xunit;

namespace Fayo.Calls.Tests.Cluster.Support;

/// <summary>
/// Silos in this process, with the grains and the storage of the service in a real database. Only the gateways are recorders.
/// </summary>
public sealed class CallCluster : IAsyncDisposable
{
    private const string Invariant = "Npgsql";

    private readonly InProcessTestCluster _cluster;

    private CallCluster(InProcessTestCluster cluster) => _cluster = cluster;

    public IGrainFactory Grains => GrainsOf(Silos[0]);

    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    public static async Task<CallCluster> StartAsync(
        DatabaseSettings database,
        int silos,
        CallOptions? options = null,
        string serviceId = "cluster-tests",
        Action<ISiloBuilder>? configure = null,
        Func<TimeProvider>? nextClock = null,
        bool hasDistributedDirectory = false)
    {
        var builder = new InProcessTestClusterBuilder((short)silos);
        SetUseTestClusterGrainDirectory(builder.Options, !hasDistributedDirectory);
        builder.Options.InitializeClientOnDeploy = false;
        builder.Options.ServiceId = serviceId;
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Logging.ClearProviders();
            host.Services.AddSingleton(nextClock?.Invoke() ?? TimeProvider.System);
            host.Services.AddSingleton<IConnectionGateway, RecordingGateway>();
            host.Services.AddSingleton<Journal>();
            host.Services.AddSingleton<Gates>();
            host.Services.AddCallStorage(database);
        });
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddCallGrains(options ?? new CallOptions(), new PeerToPeerCredentials([]));
            silo.AddAdoNetGrainStorage(
                GrainsRegistration.UserStorageName,
                storage => (storage.Invariant, storage.ConnectionString) = (Invariant, database.OrleansConnectionString));
            silo.UseAdoNetReminderService(
                reminders => (reminders.Invariant, reminders.ConnectionString) = (Invariant, database.OrleansConnectionString));
            configure?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new CallCluster(cluster);
    }

    /// <summary>
    /// Has silos find out within seconds that one was killed. In other tests they take their time: on a machine that stands still they
    /// would find each other dead.
    /// </summary>
    public static void NoticeLossSoon(ISiloBuilder silo) => silo.Configure<ClusterMembershipOptions>(membership =>
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 1;
    });

    /// <summary>The gateway of a silo.</summary>
    public static RecordingGateway GatewayOf(InProcessSiloHandle silo) =>
        (RecordingGateway)silo.ServiceProvider.GetRequiredService<IConnectionGateway>();

    /// <summary>The grains as a silo reaches them.</summary>
    public static IGrainFactory GrainsOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>Opens a connection at a silo, and tells the directory and the user's grain, as the gateway does.</summary>
    public async Task ConnectAsync(InProcessSiloHandle silo, string userId, string device, long openedAt = 0)
    {
        var connection = GatewayOf(silo).Open(userId, device, openedAt);
        await silo.ServiceProvider.GetRequiredService<IConnectionReporter>().ReportAsync(userId);
        await Grains.GetUser(userId).Connect(connection);
    }

    /// <summary>Closes all connections of a user at a silo, and tells the user's grain and the directory, as the gateway does.</summary>
    public async Task DisconnectAsync(InProcessSiloHandle silo, string userId)
    {
        foreach (var connection in GatewayOf(silo).Close(userId))
        {
            await Grains.GetUser(userId).Lose(connection.ConnectionId);
        }

        await silo.ServiceProvider.GetRequiredService<IConnectionReporter>().ReportAsync(userId);
    }

    /// <summary>A call from one user to another; it has to be created.</summary>
    public async Task<CallSession> CallAsync(string initiator, string recipient)
    {
        var created = await Grains.GetCall(CallIds.New(DateTimeOffset.UtcNow))
            .Create(new CreateCall(new Caller(initiator), recipient, CallType.Video, ChannelName: null, Metadata: null));
        Assert.Equal(CallResultCode.Ok, created.Code);
        return created.Session!;
    }

    /// <summary>The silo that has a grain in memory.</summary>
    public InProcessSiloHandle SiloOf(IAddressable grain)
    {
        Assert.True(_cluster.TryGetGrainContext(grain.GetGrainId(), out var context), $"{grain} is in memory nowhere.");
        return _cluster.GetSiloForAddress(context.Address.SiloAddress!)!;
    }

    /// <summary>Whether a grain is in memory.</summary>
    public bool IsInMemory(IAddressable grain) => _cluster.TryGetGrainContext(grain.GetGrainId(), out _);

    /// <summary>Has a grain leave memory.</summary>
    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain.GetGrainId());

    /// <summary>Has another silo join.</summary>
    public Task<InProcessSiloHandle> AddSiloAsync() => _cluster.StartAdditionalSiloAsync();

    /// <summary>Has other silos join at the same time.</summary>
    public Task AddSilosAsync(int count) => _cluster.StartSilosAsync(count);

    /// <summary>Stops a silo in order.</summary>
    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    /// <summary>Ends a silo without a goodbye.</summary>
    public Task KillAsync(InProcessSiloHandle silo) => _cluster.KillSiloAsync(silo);

    /// <summary>
    /// Whether all silos look grains up in one dictionary, without messages, instead of in the distributed directory that the service has.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_UseTestClusterGrainDirectory")]
    private static extern void SetUseTestClusterGrainDirectory(InProcessTestClusterOptions options, bool value);

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
