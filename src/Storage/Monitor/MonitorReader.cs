using System.Text;
using Fayo.Calls.Grains.Monitor;
using Fayo.Calls.Storage.Calls;
using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Monitor;

/// <inheritdoc cref="IMonitorReader"/>
internal sealed class MonitorReader(DatabaseShares shares, CallCounter counter) : IMonitorReader
{
    internal static readonly string OpenSql = $"SELECT {CallRows.LeanStateColumns} FROM call_sessions WHERE ended_at IS NULL";

    /// <summary>As <see cref="CallSample.Bound"/> says.</summary>
    internal static readonly string SampleSql = $"""{OpenSql} AND right(id, 2) COLLATE "C" < $1""";

    internal static readonly string ByIdSql = $"SELECT {CallRows.LeanStateColumns} FROM call_sessions WHERE id = ANY ($1)";

    /// <inheritdoc/>
    public Task<IReadOnlyList<MonitoredCall>> ReadOpenAsync(CallSample sample, CancellationToken cancellationToken) =>
        sample.Bound is { } bound
            ? ReadAsync(SampleSql, [new NpgsqlParameter<string> { TypedValue = bound }], cancellationToken)
            : ReadAsync(OpenSql, [], cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<MonitoredCall>> ReadAsync(IReadOnlyList<string> callIds, CancellationToken cancellationToken) =>
        ReadAsync(ByIdSql, [new NpgsqlParameter<string[]> { TypedValue = [.. callIds] }], cancellationToken);

    /// <inheritdoc/>
    public async Task<MonitoredCallPage> ListOpenAsync(OpenCallQuery query, CancellationToken cancellationToken)
    {
        // One more than asked for tells whether there is another page.
        var (sql, values) = Compose(query, query.Limit + 1);
        var calls = await ReadAsync(sql, values, cancellationToken);
        return calls.Count <= query.Limit
            ? new MonitoredCallPage(calls, Next: null)
            : new MonitoredCallPage(
                [.. calls.Take(query.Limit)],
                new CallCursor(calls[query.Limit - 1].Session.CreatedAt, calls[query.Limit - 1].Session.Id));
    }

    /// <inheritdoc/>
    public Task<CallStatistics> ReadStatisticsAsync(CancellationToken cancellationToken) => counter.ReadAsync(cancellationToken);

    /// <summary>
    /// The statement for a page. The open calls are found first, however many calls have ended: in their index, and not by a
    /// walk back through all calls in their order.
    /// </summary>
    internal static (string Sql, IReadOnlyList<NpgsqlParameter> Values) Compose(OpenCallQuery query, int limit)
    {
        var values = new List<NpgsqlParameter>();
        string Place(NpgsqlParameter value)
        {
            values.Add(value);
            return $"${values.Count}";
        }

        var conditions = new StringBuilder("ended_at IS NULL");
        if (query.Status is { } status)
        {
            conditions.Append(" AND status = ").Append(Place(new NpgsqlParameter<string> { TypedValue = WireNames.Of(status) }));
        }

        if (query.Search is { } search)
        {
#pragma warning disable CA1308 // As PostgreSQL's lower() does, of characters that have both cases.
            var part = Place(new NpgsqlParameter<string> { TypedValue = search.ToLowerInvariant() });
#pragma warning restore CA1308
            conditions.Append(
                $" AND (strpos(lower(initiator_id), {part}) > 0 OR strpos(lower(recipient_id), {part}) > 0 OR strpos(id, {part}) > 0)");
        }

        if (query.After is { } after)
        {
            conditions.Append(" AND (created_at, id) < (")
                .Append(Place(new NpgsqlParameter<DateTime> { TypedValue = after.CreatedAt.UtcDateTime })).Append(", ")
                .Append(Place(new NpgsqlParameter<string> { TypedValue = after.Id })).Append(')');
        }

        var sql = $"""
            WITH open AS MATERIALIZED (
                SELECT id, created_at FROM call_sessions WHERE {conditions}
            ),
            page AS (
                SELECT id FROM open ORDER BY created_at DESC, id DESC LIMIT {Place(new NpgsqlParameter<int> { TypedValue = limit })}
            )
            SELECT {CallRows.LeanStateColumns} FROM call_sessions
            WHERE id = ANY (ARRAY (SELECT id FROM page)) ORDER BY created_at DESC, id DESC
            """;
        return (sql, values);
    }

    private Task<IReadOnlyList<MonitoredCall>> ReadAsync(
        string sql, IReadOnlyList<NpgsqlParameter> values, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync<IReadOnlyList<MonitoredCall>>(
            sql,
            parameters =>
            {
                foreach (var value in values)
                {
                    parameters.Add(value.Clone());
                }
            },
            async rows =>
            {
                var calls = new List<MonitoredCall>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    calls.Add(CallRows.ReadState(rows).ToMonitoredCall());
                }

                return calls;
            },
            cancellationToken);
}
