using Fayo.Calls.Grains.Push.Addresses;
using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Users;

/// <inheritdoc cref="IPushAddresses"/>
internal sealed class PushAddresses(NpgsqlDataSource database, DatabaseShares shares) : IPushAddresses
{
    // Of two that register at the same moment the second waits for the first, and has to have the later time.
    private const string TakeSql = """
        WITH former AS (SELECT user_id FROM push_addresses WHERE address = $1)
        INSERT INTO push_addresses AS known (address, user_id, device_id, registered_at) VALUES ($1, $2, $3, clock_timestamp())
        ON CONFLICT (address) DO UPDATE SET user_id = excluded.user_id, device_id = excluded.device_id,
            registered_at = greatest(clock_timestamp(), known.registered_at + interval '1 microsecond')
        RETURNING registered_at, (SELECT user_id FROM former)
        """;

    private const string FindSql = "SELECT address, user_id, device_id, registered_at FROM push_addresses WHERE address = ANY ($1)";

    private const string ReleaseSql = "DELETE FROM push_addresses WHERE address = $1 AND user_id = $2 AND device_id = $3";

    /// <inheritdoc/>
    public Task<(DateTimeOffset RegisteredAt, string? FormerUserId)> TakeAsync(
        string address, string userId, string deviceId, CancellationToken cancellationToken) => shares.Lists.QueryAsync(
        TakeSql,
        parameters => Bind(parameters, address, userId, deviceId),
        async rows =>
        {
            await rows.ReadAsync(CancellationToken.None);
            var former = await rows.IsDBNullAsync(1) ? null : rows.GetString(1);
            return (new DateTimeOffset(rows.GetDateTime(0)), former);
        },
        cancellationToken);

    /// <inheritdoc/>
    // Not within the share of lists: a call that rings waits for it.
    public Task<IReadOnlyDictionary<string, PushAddressOwner>> FindOwnersAsync(
        IReadOnlyList<string> addresses, CancellationToken cancellationToken) =>
        database.QueryAsync<IReadOnlyDictionary<string, PushAddressOwner>>(
            FindSql,
            parameters => parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. addresses] }),
            async rows =>
            {
                var owners = new Dictionary<string, PushAddressOwner>(StringComparer.Ordinal);
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    var registeredAt = new DateTimeOffset(rows.GetDateTime(3));
                    owners.Add(rows.GetString(0), new PushAddressOwner(rows.GetString(1), rows.GetString(2), registeredAt));
                }

                return owners;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(string address, string userId, string deviceId, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync(
            ReleaseSql,
            parameters => Bind(parameters, address, userId, deviceId),
            rows => Task.FromResult(rows.RecordsAffected),
            cancellationToken);

    private static void Bind(NpgsqlParameterCollection parameters, params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        }
    }
}
