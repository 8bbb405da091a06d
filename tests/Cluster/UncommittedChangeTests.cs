using Fayo.Calls.Grains;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.History;
using Fayo.Calls.Grains.Media;
using Fayo.Calls.Grains.Monitor;
using Fayo.Calls.Grains.Sweep;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>
/// A silo with the calls' grains. Its database writes, and its gateway takes an invitation, when the test has them do so.
/// </summary>
public sealed class UncommittedChangeTests : IAsyncLifetime
{
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(20);

    private readonly Store _store = new();
    private readonly Gateway _gateway = new();
    private InProcessTestCluster _cluster = null!;

    private IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.InitializeClientOnDeploy = false;
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Logging.ClearProviders();
            host.Services.AddSingleton(TimeProvider.System);
            host.Services.AddSingleton<IConnectionGateway>(_gateway);
            host.Services.AddSingleton<ICallStore>(_store);
            host.Services.AddKeyedSingleton<IGrainStorage>(GrainsRegistration.UserStorageName, new UserStorage());
        });
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddCallGrains(new CallOptions(), new PeerToPeerCredentials([]));
            // They look after calls in a database.
            Type[] schedulers = [typeof(HistoryScheduler), typeof(Sweeper)];
            foreach (var service in silo.Services.Where(service => schedulers.Contains(service.ImplementationType)).ToList())
            {
                silo.Services.Remove(service);
            }
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        _gateway.Here = Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
    }

    public async ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_is_shown_a_change_that_is_being_written_and_then_fails()
    {
        var feed = Services.GetRequiredService<CallFeed>();
        var start = feed.Collect(after: null, CallSample.All).UpTo;
        var call = Services.GetRequiredService<IGrainFactory>().GetCall(CallIds.New(DateTimeOffset.UtcNow));
        var created = await call.Create(new CreateCall(new Caller("alice"), "bob", CallType.Video, ChannelName: null, Metadata: null));
        var committed = created.Session!.Version;

        var write = _store.HoldNextWrite();
        var acknowledging = call.Acknowledge(new AcknowledgeInvitation(new Caller("bob"), "phone"));
        var written = await write.Reached.Task.WaitAsync(InTime);
        Assert.Equal(CallStatus.Ringing, written.Session.Status);
        _gateway.TakeInvitation();

        Assert.True(
            SpinWait.SpinUntil(() => feed.Collect(start, CallSample.All).Changes is [{ Devices.Count: > 0 }], InTime),
            "The delivery was not told.");
        var shown = Assert.Single(feed.Collect(start, CallSample.All).Changes);
        Assert.Equal((committed, CallStatus.Pending), (shown.Session.Version, shown.Session.Status));
        Assert.Equal([new MonitoredDevice("phone", MonitoredDeviceState.Delivered)], shown.Devices);

        write.Outcome.SetException(new CallStoreUnavailableException("The database went away."));
        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => acknowledging.WaitAsync(InTime));
        Assert.Equal(committed, Assert.Single(feed.Collect(start, CallSample.All).Changes).Session.Version);
    }

    [Fact]
    public async Task Data_that_the_database_will_never_accept_gets_a_definite_answer_and_the_call_goes_on()
    {
        var call = Services.GetRequiredService<IGrainFactory>().GetCall(CallIds.New(DateTimeOffset.UtcNow));
        var created = await call.Create(new CreateCall(new Caller("alice"), "bob", CallType.Video, ChannelName: null, Metadata: null));

        _store.HoldNextWrite().Outcome.SetResult(new CallWriteOutcome.Refused("SQLSTATE 22021"));
        var refused = await call.Acknowledge(new AcknowledgeInvitation(new Caller("bob"), "pho\0ne"));
        var acknowledged = await call.Acknowledge(new AcknowledgeInvitation(new Caller("bob"), "phone"));

        Assert.Equal(CallResultCode.NotStorable, refused.Code);
        Assert.Equal((CallResultCode.Ok, CallStatus.Ringing), (acknowledged.Code, acknowledged.Session!.Status));
        Assert.Equal(created.Session!.Id, acknowledged.Session.Id);
    }

    [Fact]
    public async Task A_new_call_that_the_database_will_never_accept_gets_a_definite_answer()
    {
        _store.HoldNextWrite().Outcome.SetResult(new CallWriteOutcome.Refused("SQLSTATE 22021"));
        var call = Services.GetRequiredService<IGrainFactory>().GetCall(CallIds.New(DateTimeOffset.UtcNow));

        var refused = await call.Create(new CreateCall(new Caller("alice"), "bob", CallType.Video, ChannelName: null, Metadata: "{"));

        Assert.Equal((CallResultCode.NotStorable, null), (refused.Code, refused.Session));
    }

    /// <summary>A write that waits for the test.</summary>
    private sealed class HeldWrite
    {
        public TaskCompletionSource<CallState> Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<CallWriteOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Store : ICallStore
    {
        private HeldWrite? _held;

        public HeldWrite HoldNextWrite() => _held = new HeldWrite();

        public Task<CallState?> ReadAsync(string callId) => Task.FromResult<CallState?>(null);

        public async Task<CallWriteOutcome> WriteAsync(CallWrite write)
        {
            if (Interlocked.Exchange(ref _held, null) is not { } held)
            {
                return CallWriteOutcome.Written.Instance;
            }

            held.Reached.SetResult(write.State);
            return await held.Outcome.Task.WaitAsync(InTime);
        }
    }

    /// <summary>Keeps nothing.</summary>
    private sealed class UserStorage : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
    }

    /// <summary>Has a phone of Bob's.</summary>
    private sealed class Gateway : IConnectionGateway, IDisposable
    {
        private readonly ManualResetEventSlim _takes = new();

        public SiloAddress? Here { get; set; }

        public void TakeInvitation() => _takes.Set();

        public IReadOnlyList<string> Deliver(string userId, UserMessage message)
        {
            _takes.Wait(InTime);
            return userId == "bob" ? ["phone"] : [];
        }

        public IReadOnlyList<UserConnection> ListConnections(string userId) => userId == "bob" ? [new("phone", Here!, "phone")] : [];

        public void CloseExcess(string userId, string connectionId)
        {
        }

        public int Signal(string userId, string? device, CallSignal signal) => 0;

        public ConnectionCount CountConnections() => new(1, 1);

        public IReadOnlyList<UserDevices> ListDevices(IReadOnlyList<string> userIds) => [];

        public void Dispose()
        {
            _takes.Set();
            _takes.Dispose();
        }
    }
}
