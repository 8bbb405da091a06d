using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>Keeps calls in <c>call_sessions</c>, their timelines in <c>call_events</c> and their claims in <c>call_claims</c>.</summary>
internal sealed class CallStore(NpgsqlDataSource database, CallWriter writer) : ICallStore
{
    private const string ReadSql = $"SELECT {CallRows.StateColumns} FROM call_sessions WHERE id = $1";

    /// <inheritdoc/>
    public Task<CallState?> ReadAsync(string callId) => database.QueryAsync(
        ReadSql,
        parameters => parameters.Add(new NpgsqlParameter<string> { TypedValue = callId }),
        async rows => await rows.ReadAsync() ? CallRows.ReadState(rows) : null,
        CancellationToken.None);

    /// <inheritdoc/>
    public Task<CallWriteOutcome> WriteAsync(CallWrite write) => writer.WriteAsync(write);
}
