using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Events;

/// <inheritdoc cref="IParkedEvents"/>
internal sealed class ParkedEvents(NpgsqlDataSource database, DatabaseShares shares) : IParkedEvents
{
    internal const string ListSql = """
        SELECT call_id, version, destination, kind, at, parked_at, attempts, last_error FROM outbox
        WHERE parked_at IS NOT NULL AND (parked_at, call_id, version, destination) < ($1, $2, $3, $4)
        ORDER BY parked_at DESC, call_id DESC, version DESC, destination DESC LIMIT $5
        """;

    private const string RetrySql = """
        UPDATE outbox SET next_at = $3, parked_at = NULL, attempts = 0, first_tried_at = NULL
        WHERE call_id = $1 AND version = $2 AND parked_at IS NOT NULL
        RETURNING destination
        """;

    private static readonly ParkedEventCursor Start = new(DateTimeOffset.MaxValue, "", 0, "");

    /// <inheritdoc/>
    public Task<IReadOnlyList<ParkedEvent>> ListAsync(ParkedEventCursor? after, int limit, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync<IReadOnlyList<ParkedEvent>>(
            ListSql,
            parameters =>
            {
                var (parkedAt, callId, version, destination) = after ?? Start;
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = parkedAt.UtcDateTime });
                parameters.Add(new NpgsqlParameter<string> { TypedValue = callId });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = version });
                parameters.Add(new NpgsqlParameter<string> { TypedValue = destination });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            },
            async rows =>
            {
                var events = new List<ParkedEvent>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    events.Add(Read(rows));
                }

                return events;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> RetryAsync(
        string callId, int version, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.QueryAsync<IReadOnlyList<string>>(
            RetrySql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<string> { TypedValue = callId });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = version });
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
            },
            async rows =>
            {
                var destinations = new List<string>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    destinations.Add(rows.GetString(0));
                }

                return destinations;
            },
            cancellationToken);

    private static ParkedEvent Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetInt32(1),
        row.GetString(2),
        row.GetString(3),
        row.GetFieldValue<DateTimeOffset>(4),
        row.GetFieldValue<DateTimeOffset>(5),
        row.GetInt32(6),
        row.IsDBNull(7) ? null : row.GetString(7));
}
