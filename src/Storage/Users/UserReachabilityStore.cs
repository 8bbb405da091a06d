using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Users;

/// <inheritdoc cref="IUserReachability"/>
internal sealed class UserReachabilityStore(DatabaseShares shares) : IUserReachability
{
    private const string ReadSql =
        "SELECT id, coalesce(push_devices, 0), last_reachable_at FROM users WHERE id = ANY ($1)";

    // In a fixed order, so that two silos that write the same users cannot deadlock. Who is not on record is a moment later.
    private const string SeenSql = """
        WITH seen AS (SELECT * FROM unnest($1, $2) AS seen (id, at)),
        locked AS (SELECT id FROM users WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE)
        UPDATE users SET last_reachable_at = greatest(last_reachable_at, seen.at)
        FROM seen JOIN locked USING (id) WHERE users.id = seen.id
        """;

    // The user may have been seen for the first time a moment ago, and not be on record yet.
    private const string DevicesSql = """
        INSERT INTO users (id, label, push_devices, last_seen_at) VALUES ($1, lower($1), $2, now())
        ON CONFLICT (id) DO UPDATE SET push_devices = excluded.push_devices
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, UserReachability>> ReadAsync(
        IReadOnlyList<string> userIds, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync<IReadOnlyDictionary<string, UserReachability>>(
            ReadSql,
            parameters => parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. userIds] }),
            async rows =>
            {
                var found = new Dictionary<string, UserReachability>(StringComparer.Ordinal);
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    found.Add(rows.GetString(0), new UserReachability(rows.GetInt32(1), ReadTime(rows, 2)));
                }

                return found;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task NoteSeenAsync(IReadOnlyDictionary<string, DateTimeOffset> seen, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync(
            SeenSql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. seen.Keys] });
                parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. seen.Values.Select(at => at.UtcDateTime)] });
            },
            rows => Task.FromResult(rows.RecordsAffected),
            cancellationToken);

    /// <inheritdoc/>
    public Task NotePushDevicesAsync(string userId, int count, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync(
            DevicesSql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<string> { TypedValue = userId });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
            },
            rows => Task.FromResult(rows.RecordsAffected),
            cancellationToken);

    private static DateTimeOffset? ReadTime(NpgsqlDataReader rows, int column) =>
        rows.IsDBNull(column) ? null : new DateTimeOffset(rows.GetDateTime(column));
}
