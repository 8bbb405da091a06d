using System.Globalization;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Storage.Database;
using Npgsql;
using Orleans.Storage;

namespace Fayo.Calls.Storage.Calls;

/// <summary>Keeps <see cref="CallRecord"/>s in <c>call_sessions</c> and <c>call_events</c>. The ETag is the call's version.</summary>
internal sealed class CallStorage(NpgsqlDataSource database, CallWriter writer) : IGrainStorage
{
    private const string ReadSql = $"SELECT {CallRows.StateColumns} FROM call_sessions WHERE id = $1";

    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var call = OfCall(grainState);
        var id = grainId.Key.ToString();
        var state = await database.QueryAsync(
            ReadSql,
            parameters => parameters.Add(new NpgsqlParameter<string> { TypedValue = id }),
            async rows => await rows.ReadAsync() ? CallRows.ReadState(rows) : null,
            CancellationToken.None);
        call.State = new CallRecord(state, [], CallClaims.None);
        call.ETag = state is null ? null : ETagOf(state);
        call.RecordExists = state is not null;
    }

    /// <summary>Writes the state and its unsaved steps; afterwards none are unsaved.</summary>
    /// <inheritdoc cref="CallWriter.WriteAsync" path="/exception"/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var call = OfCall(grainState);
        if (call.State is not { State: { } state } record)
        {
            throw new ArgumentException("There is no call to write.", nameof(grainState));
        }

        int? expectedVersion = string.IsNullOrEmpty(call.ETag) ? null : int.Parse(call.ETag, NumberStyles.None, CultureInfo.InvariantCulture);
        await writer.WriteAsync(grainId.Key.ToString()!, expectedVersion, state, record.Unsaved, record.Claims);
        call.State = new CallRecord(state, [], CallClaims.None);
        call.ETag = ETagOf(state);
        call.RecordExists = true;
    }

    /// <summary>Not supported: ended calls are history, and go with <see cref="HistoryRetention"/>.</summary>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("A call is never cleared.");

    private static IGrainState<CallRecord> OfCall<T>(IGrainState<T> grainState) =>
        grainState as IGrainState<CallRecord> ?? throw new NotSupportedException($"Only {nameof(CallRecord)}s are kept here, not {typeof(T).Name}s.");

    private static string ETagOf(CallState state) => state.Session.Version.ToString(CultureInfo.InvariantCulture);
}
