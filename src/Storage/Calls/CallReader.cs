using System.Text;
using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Calls;

/// <summary>Reads lists of calls and timelines. Every statement finds its rows by an index.</summary>
internal sealed class CallReader(DatabaseShares shares, TimeProvider time) : ICallReader
{
    internal const int MaxOpen = 100;

    /// <summary>How many of the calls that a user has begun, or is called by, are read at most to find the newest.</summary>
    internal const int MaxOpenOfEachKind = 1000;

    // Two halves, because no single index can serve "either of two columns" in order.
    internal const string OpenSql = $"""
        SELECT * FROM (
            (SELECT {CallRows.SessionColumns} FROM call_sessions
            WHERE ended_at IS NULL AND expires_at > $2 AND initiator_id = $1
            ORDER BY expires_at DESC LIMIT $4)
            UNION ALL
            (SELECT {CallRows.SessionColumns} FROM call_sessions
            WHERE ended_at IS NULL AND expires_at > $2 AND recipient_id = $1 AND initiator_id <> $1
                AND (silence IS NULL OR answered_at IS NOT NULL) LIMIT $4)
        ) AS call
        ORDER BY created_at DESC, id DESC
        LIMIT $3
        """;

    private const string TimelineSql = $"""
        SELECT {CallRows.SessionColumns} FROM call_sessions WHERE id = @id;
        SELECT {CallRows.EntryColumns} FROM call_events WHERE call_id = @id ORDER BY version
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<CallSession>> ListOpenAsync(string userId, CancellationToken cancellationToken) =>
        shares.OpenCalls.QueryAsync<IReadOnlyList<CallSession>>(
            OpenSql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<string> { TypedValue = userId });
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxOpen });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxOpenOfEachKind });
            },
            async rows => await ReadSessionsAsync(rows, cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public async Task<CallPage> ListAsync(CallQuery query, CancellationToken cancellationToken)
    {
        // One more than asked for tells whether there is another page.
        var (sql, bind) = Compose(query, query.Limit + 1);
        var calls = await shares.Lists.QueryAsync(
            sql, bind, async rows => await ReadSessionsAsync(rows, cancellationToken), cancellationToken);
        if (calls.Count <= query.Limit)
        {
            return new CallPage(calls, Next: null);
        }

        calls.RemoveAt(query.Limit);
        var last = calls[^1];
        return new CallPage(calls, new CallCursor(last.CreatedAt, last.Id));
    }

    /// <inheritdoc/>
    public Task<CallTimeline?> ReadTimelineAsync(string callId, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync(
            TimelineSql,
            parameters => parameters.Add(new NpgsqlParameter<string> ("id", callId)),
            async rows =>
            {
                if (!await rows.ReadAsync(CancellationToken.None))
                {
                    return null;
                }

                var session = CallRows.ReadSession(rows);
                var entries = new List<TimelineEntry>();
                await rows.NextResultAsync(CancellationToken.None);
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    // An entry that was written between the two reads belongs to a later version of the call than the one that was read.
                    if (CallRows.ReadEntry(rows) is var entry && entry.Version <= session.Version)
                    {
                        entries.Add(entry);
                    }
                }

                return new CallTimeline(session, entries);
            },
            cancellationToken);

    /// <summary>
    /// The statement for a query. Its text contains no values, so there are only a few dozen, and all of them end up prepared.
    /// </summary>
    internal static (string Sql, Action<NpgsqlParameterCollection> Bind) Compose(CallQuery query, int limit)
    {
        var conditions = new StringBuilder("true");
        var values = new List<NpgsqlParameter>();
        string Place(NpgsqlParameter value)
        {
            values.Add(value);
            return $"${values.Count}";
        }

        if (query.Status is { } status)
        {
            // The condition on ended_at is redundant, but it lets the planner use the indexes of the open calls.
            conditions.Append(status.IsOpen ? " AND ended_at IS NULL" : " AND ended_at IS NOT NULL")
                .Append(" AND status = ").Append(Place(new NpgsqlParameter<string> { TypedValue = WireNames.Of(status) }));
        }

        if (query.From is { } from)
        {
            conditions.Append(" AND created_at >= ").Append(Place(new NpgsqlParameter<DateTime> { TypedValue = from.UtcDateTime }));
        }

        if (query.To is { } to)
        {
            conditions.Append(" AND created_at < ").Append(Place(new NpgsqlParameter<DateTime> { TypedValue = to.UtcDateTime }));
        }

        if (query.After is { } after)
        {
            conditions.Append(" AND (created_at, id) < (")
                .Append(Place(new NpgsqlParameter<DateTime> { TypedValue = after.CreatedAt.UtcDateTime })).Append(", ")
                .Append(Place(new NpgsqlParameter<string> { TypedValue = after.Id })).Append(')');
        }

        var count = Place(new NpgsqlParameter<int> { TypedValue = limit });
        string sql;
        if (query.UserId is { } userId)
        {
            var user = Place(new NpgsqlParameter<string> { TypedValue = userId });
            // As CallState.IsForRecipient has it.
            var hidden = query.IsOwn
                ? " AND (silence IS NULL OR answered_at IS NOT NULL OR (silence <> 'blocked' AND ended_at IS NOT NULL))"
                : "";
            sql = $"""
                SELECT * FROM (
                    (SELECT {CallRows.SessionColumns} FROM call_sessions
                    WHERE {conditions} AND initiator_id = {user} ORDER BY created_at DESC, id DESC LIMIT {count})
                    UNION ALL
                    (SELECT {CallRows.SessionColumns} FROM call_sessions
                    WHERE {conditions} AND recipient_id = {user} AND initiator_id <> {user}{hidden}
                    ORDER BY created_at DESC, id DESC LIMIT {count})
                ) AS call
                ORDER BY created_at DESC, id DESC
                LIMIT {count}
                """;
        }
        else
        {
            sql = $"SELECT {CallRows.SessionColumns} FROM call_sessions WHERE {conditions} ORDER BY created_at DESC, id DESC LIMIT {count}";
        }

        return (sql, parameters => values.ForEach(value => parameters.Add(value.Clone())));
    }

    private static async Task<List<CallSession>> ReadSessionsAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var calls = new List<CallSession>();
        while (await rows.ReadAsync(CancellationToken.None))
        {
            calls.Add(CallRows.ReadSession(rows));
        }

        return calls;
    }
}
