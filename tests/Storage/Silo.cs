using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.History;
using Fayo.Calls.Grains.Sweep;
using Fayo.Calls.Storage;
using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Storage;

namespace Fayo.Calls.Tests.Storage;

/// <summary>What one silo has of the storage: its own connections and its own writer.</summary>
internal sealed class Silo : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Silo(DatabaseSettings settings, TimeProvider? time = null)
    {
        var services = new ServiceCollection().AddLogging();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        _services = services.AddCallStorage(settings).BuildServiceProvider(validateScopes: true);
        Storage = _services.GetRequiredKeyedService<IGrainStorage>(CallRecord.StorageName);
    }

    public IGrainStorage Storage { get; }

    public ICallReader Reader => _services.GetRequiredService<ICallReader>();

    public IMonitorReader Monitor => _services.GetRequiredService<IMonitorReader>();

    public IUserReader Users => _services.GetRequiredService<IUserReader>();

    public IOverdueCalls Overdue => _services.GetRequiredService<IOverdueCalls>();

    public IHistoryRetention Retention => _services.GetRequiredService<IHistoryRetention>();

    public IDatabaseProbe Probe => _services.GetRequiredService<IDatabaseProbe>();

    public NpgsqlDataSource Database => _services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Writes as a grain does: over what it has read or written before, with the steps that lead to the new state.</summary>
    public Task WriteAsync(StoredCall call, CallState state, params CallEvent[] events) => WriteAsync(call, state, CallClaims.None, events);

    /// <summary>As above, with what the write does with claims.</summary>
    public async Task WriteAsync(StoredCall call, CallState state, CallClaims claims, params CallEvent[] events)
    {
        call.Grain.State = new CallRecord(state, events, claims);
        await Storage.WriteStateAsync("call", call.GrainId, call.Grain);
    }

    public async Task<StoredCall> ReadAsync(string id)
    {
        var call = new StoredCall(id);
        await Storage.ReadStateAsync("call", call.GrainId, call.Grain);
        return call;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>What a grain holds of a call.</summary>
internal sealed class StoredCall(string id)
{
    public string Id { get; } = id;

    public GrainId GrainId { get; } = GrainId.Create("callsession", id);

    public GrainState<CallRecord> Grain { get; } = new(new CallRecord());

    public CallState? State => Grain.State!.State;
}
