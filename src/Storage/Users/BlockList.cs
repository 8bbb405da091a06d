using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Users;

/// <inheritdoc cref="IBlockList"/>
internal sealed class BlockList(DatabaseShares shares) : IBlockList
{
    // Requests of one user at the same moment may exceed the limit by as many as they are; the share of connections bounds that.
    internal const string BlockSql = """
        INSERT INTO blocked_users (user_id, blocked_id)
        SELECT $1, $2
        WHERE (SELECT count(*) FROM (SELECT FROM blocked_users WHERE user_id = $1 AND blocked_id <> $2 LIMIT $3) AS list) < $3
        ON CONFLICT (user_id, blocked_id) DO UPDATE SET blocked_at = blocked_users.blocked_at
        RETURNING blocked_at
        """;

    // After the list was committed: a call that is created from then on is silent by itself. The version stays, because for the
    // initiator nothing changes.
    internal const string SilenceSql = """
        UPDATE call_sessions SET silence = 'blocked'
        WHERE recipient_id = $1 AND initiator_id = $2 AND ended_at IS NULL AND answered_at IS NULL
            AND NOT coalesce((SELECT role = ANY ($3) FROM users WHERE id = $2), false)
        RETURNING id
        """;

    internal const string ListSql =
        "SELECT blocked_id, blocked_at FROM blocked_users WHERE user_id = $1 ORDER BY blocked_at DESC, blocked_id LIMIT 2 * $2";

    private const string UnblockSql = "DELETE FROM blocked_users WHERE user_id = $1 AND blocked_id = $2";

    /// <inheritdoc/>
    public async Task<Blocking?> BlockAsync(
        string userId, string blockedId, IReadOnlyList<string> overridingRoles, CancellationToken cancellationToken)
    {
        var blocked = await shares.Lists.QueryAsync(
            BlockSql,
            parameters =>
            {
                Bind(parameters, userId, blockedId);
                parameters.Add(new NpgsqlParameter<int> { TypedValue = IBlockList.MaxUsers });
            },
            async rows => await rows.ReadAsync(CancellationToken.None) ? new DateTimeOffset(rows.GetDateTime(0)) : (DateTimeOffset?)null,
            cancellationToken);
        if (blocked is not { } at)
        {
            return null;
        }

        var silenced = await shares.Lists.QueryAsync(
            SilenceSql,
            parameters =>
            {
                Bind(parameters, userId, blockedId);
                parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. overridingRoles] });
            },
            async rows =>
            {
                var ids = new List<string>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    ids.Add(rows.GetString(0));
                }

                return ids;
            },
            cancellationToken);
        return new Blocking(at, silenced);
    }

    /// <inheritdoc/>
    public Task UnblockAsync(string userId, string blockedId, CancellationToken cancellationToken) => shares.Lists.QueryAsync(
        UnblockSql,
        parameters => Bind(parameters, userId, blockedId),
        rows => Task.FromResult(rows.RecordsAffected),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BlockedUser>> ListAsync(string userId, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync<IReadOnlyList<BlockedUser>>(
            ListSql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<string> { TypedValue = userId });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = IBlockList.MaxUsers });
            },
            async rows =>
            {
                var users = new List<BlockedUser>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    users.Add(new BlockedUser(rows.GetString(0), new DateTimeOffset(rows.GetDateTime(1))));
                }

                return users;
            },
            cancellationToken);

    private static void Bind(NpgsqlParameterCollection parameters, string userId, string blockedId)
    {
        parameters.Add(new NpgsqlParameter<string> { TypedValue = userId });
        parameters.Add(new NpgsqlParameter<string> { TypedValue = blockedId });
    }
}
