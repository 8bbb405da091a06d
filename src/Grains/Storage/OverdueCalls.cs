using Npgsql;

namespace Fayo.Calls.Grains.Storage;

/// <summary>Finds the calls that the sweep has to look at.</summary>
public interface IOverdueCalls
{
    /// <summary>The ids of calls whose next deadline has come, the longest overdue first.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    Task<IReadOnlyList<string>> ListAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IOverdueCalls"/>
internal sealed class OverdueCalls(NpgsqlDataSource database) : IOverdueCalls
{
    // Looks where sweep_at says, and moves it on for the calls whose deadline is later by now. Those that their writer holds
    // just then are left for next time: waiting for them while holding others could end in a deadlock.
    internal const string Sql = """
        WITH early AS (
            SELECT id FROM call_sessions WHERE sweep_at <= $1 AND next_deadline > $1 ORDER BY sweep_at LIMIT 1000 FOR UPDATE SKIP LOCKED
        ),
        moved AS (
            UPDATE call_sessions SET sweep_at = next_deadline WHERE id = ANY (ARRAY (SELECT id FROM early))
        )
        SELECT id FROM call_sessions WHERE sweep_at <= $1 AND next_deadline <= $1 ORDER BY sweep_at LIMIT $2
        """;

    public Task<IReadOnlyList<string>> ListAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<IReadOnlyList<string>>(
            Sql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            },
            async rows =>
            {
                var ids = new List<string>();
                while (await rows.ReadAsync(cancellationToken))
                {
                    ids.Add(rows.GetString(0));
                }

                return ids;
            },
            cancellationToken);
}
