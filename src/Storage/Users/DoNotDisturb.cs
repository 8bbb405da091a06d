using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Users;

/// <inheritdoc cref="IDoNotDisturb"/>
internal sealed class DoNotDisturb(DatabaseShares shares) : IDoNotDisturb
{
    private const string SetSql =
        "INSERT INTO do_not_disturb (user_id, until) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET until = excluded.until";

    private const string ReadSql = "SELECT until FROM do_not_disturb WHERE user_id = $1 AND until > now()";

    private const string ClearSql = "DELETE FROM do_not_disturb WHERE user_id = $1";

    /// <inheritdoc/>
    public Task SetAsync(string userId, DateTimeOffset until, CancellationToken cancellationToken) => shares.Lists.QueryAsync(
        SetSql,
        parameters =>
        {
            parameters.Add(new NpgsqlParameter<string> { TypedValue = userId });
            parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = until.UtcDateTime });
        },
        rows => Task.FromResult(rows.RecordsAffected),
        cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> ReadAsync(string userId, CancellationToken cancellationToken) => shares.Lists.QueryAsync(
        ReadSql,
        parameters => parameters.Add(new NpgsqlParameter<string> { TypedValue = userId }),
        async rows => await rows.ReadAsync(CancellationToken.None) ? new DateTimeOffset(rows.GetDateTime(0)) : (DateTimeOffset?)null,
        cancellationToken);

    /// <inheritdoc/>
    public Task ClearAsync(string userId, CancellationToken cancellationToken) => shares.Lists.QueryAsync(
        ClearSql,
        parameters => parameters.Add(new NpgsqlParameter<string> { TypedValue = userId }),
        rows => Task.FromResult(rows.RecordsAffected),
        cancellationToken);
}
