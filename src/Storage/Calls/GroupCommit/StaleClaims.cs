using Npgsql;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>
/// Claims whose reason is gone: the call has moved past what it claimed them for. A silo of this version releases a claim in the same
/// write that ends its reason. A silo of the version before claims, which may run next to it during an update, does not. The key of a
/// request has no such reason; it is kept for a time.
/// </summary>
internal static class StaleClaims
{
    // The claim of a channel that a silo of the version before did not keep is held for as long as any token can be good.
    // A claim and its reason are committed together, and a call never returns to an earlier state. So a claim that is stale in any
    // snapshot stays stale, and can be deleted whatever else happens at the same time.
    internal const string Sql = """
        DELETE FROM call_claims AS held
        WHERE held.claim = ANY ($1) AND CASE WHEN held.kept_until IS NOT NULL THEN held.kept_until <= now() ELSE NOT EXISTS (
            SELECT FROM call_sessions AS call
            WHERE call.id = held.call_id AND CASE
                WHEN held.claim LIKE 'channel:%' THEN call.ended_at IS NULL OR call.ended_at > now() - interval '24 hours'
                WHEN held.claim LIKE 'pair:%' THEN call.ended_at IS NULL AND call.answered_at IS NULL
                ELSE call.ended_at IS NULL AND call.status = 'ACTIVE' END) END
        RETURNING held.claim
        """;

    /// <summary>Deletes those of the claims that are stale.</summary>
    /// <returns>The keys of those that were deleted.</returns>
    public static async Task<HashSet<string>> DeleteAsync(NpgsqlConnection connection, List<string> claims)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<List<string>> { TypedValue = claims });
        await using var rows = await command.ExecuteReaderAsync();
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        while (await rows.ReadAsync())
        {
            deleted.Add(rows.GetString(0));
        }

        return deleted;
    }
}
