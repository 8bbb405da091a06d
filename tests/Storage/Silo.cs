using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.History;
using Fayo.Calls.Grains.Push.Addresses;
using Fayo.Calls.Grains.Sweep;
using Fayo.Calls.Grains.WarmUp;
using Fayo.Calls.Storage;
using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>What one silo has of the storage: its own connections and its own writer.</summary>
internal sealed class Silo : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Silo(
        DatabaseSettings settings,
        TimeProvider? time = null,
        ILoggerProvider? logging = null,
        IReadOnlyList<EventSubscription>? subscriptions = null)
    {
        Settings = settings;
        var services = new ServiceCollection().AddLogging().AddMetrics();
        if (logging is not null)
        {
            services.AddSingleton(logging);
        }

        foreach (var subscription in subscriptions ?? [])
        {
            services.AddSingleton(subscription);
        }

        if (time is not null)
        {
            services.AddSingleton(time);
        }

        _services = services.AddCallStorage(settings).BuildServiceProvider(validateScopes: true);
        Store = _services.GetRequiredService<ICallStore>();
    }

    public DatabaseSettings Settings { get; }

    public ICallStore Store { get; }

    public IBlockList BlockList => _services.GetRequiredService<IBlockList>();

    public IUserReachability Reachability => _services.GetRequiredService<IUserReachability>();

    public IPushAddresses PushAddresses => _services.GetRequiredService<IPushAddresses>();

    public IPageAssets PageAssets => _services.GetRequiredService<IPageAssets>();

    public IDoNotDisturb DoNotDisturb => _services.GetRequiredService<IDoNotDisturb>();

    public ICallWriteWarmUp WarmUp => _services.GetRequiredService<ICallWriteWarmUp>();

    public ICallReader Reader => _services.GetRequiredService<ICallReader>();

    public IMonitorReader Monitor => _services.GetRequiredService<IMonitorReader>();

    public IUserReader Users => _services.GetRequiredService<IUserReader>();

    public IOverdueCalls Overdue => _services.GetRequiredService<IOverdueCalls>();

    public IHistoryRetention Retention => _services.GetRequiredService<IHistoryRetention>();

    public IOutbox Outbox => _services.GetRequiredService<IOutbox>();

    public OutboxSignal OutboxSignal => _services.GetRequiredService<OutboxSignal>();

    public IParkedEvents ParkedEvents => _services.GetRequiredService<IParkedEvents>();

    public IDatabaseProbe Probe => _services.GetRequiredService<IDatabaseProbe>();

    public IWriterHealth Writer => _services.GetRequiredService<IWriterHealth>();

    public NpgsqlDataSource Database => _services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Writes as a grain does: over what it has read or written before, with the steps that lead to the new state.</summary>
    public Task WriteAsync(StoredCall call, CallState state, params CallEvent[] events) => WriteAsync(call, state, CallClaims.None, events);

    /// <summary>As above, with what the write does with claims.</summary>
    public async Task WriteAsync(StoredCall call, CallState state, CallClaims claims, params CallEvent[] events) =>
        Assert.IsType<CallWriteOutcome.Written>(await TryWriteAsync(call, state, claims, events));

    /// <summary>Writes, and tells what became of it.</summary>
    public Task<CallWriteOutcome> TryWriteAsync(StoredCall call, CallState state, params CallEvent[] events) =>
        TryWriteAsync(call, state, CallClaims.None, events);

    /// <summary>As above, with what the write does with claims.</summary>
    public Task<CallWriteOutcome> TryWriteAsync(StoredCall call, CallState state, CallClaims claims, params CallEvent[] events) =>
        TryWriteAsync(call, state, claims, admission: null, events);

    /// <summary>As above, with the conditions for a new call.</summary>
    public async Task<CallWriteOutcome> TryWriteAsync(
        StoredCall call, CallState state, CallClaims claims, CallAdmission? admission, params CallEvent[] events)
    {
        var outcome = await Store.WriteAsync(new CallWrite(call.Id, call.Version, state, events, claims, admission));
        if (outcome is CallWriteOutcome.Written)
        {
            (call.State, call.Version) = (state, state.Session.Version);
        }

        return outcome;
    }

    public async Task<StoredCall> ReadAsync(string id)
    {
        var state = await Store.ReadAsync(id);
        return new StoredCall(id) { State = state, Version = state?.Session.Version };
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>What a grain holds of a call.</summary>
internal sealed class StoredCall(string id)
{
    public string Id { get; } = id;

    /// <summary>The version that the next write expects in the database; null where it expects no call.</summary>
    public int? Version { get; set; }

    public CallState? State { get; set; }
}
