using Npgsql;

namespace Fayo.Calls.Storage.Calls;

/// <summary>
/// Claims whose call is past what it claimed them for. A silo of this version gives a claim back with the write that ends its
/// reason, so that none is left behind; one of the version before, in the midst of a rollout, knows nothing of claims. The key
/// of a request has no such reason, only its time.
/// </summary>
internal static class StaleClaims
{
    // A claim and its reason are committed together, and a call never comes back to where it was: what is stale in any
    // snapshot is so for ever, and may be deleted without a look at what goes on meanwhile.
    internal const string Sql = """
        DELETE FROM call_claims AS held
        WHERE held.claim = ANY ($1) AND CASE WHEN held.kept_until IS NOT NULL THEN held.kept_until <= now() ELSE NOT EXISTS (
            SELECT FROM call_sessions AS call
            WHERE call.id = held.call_id AND call.ended_at IS NULL AND CASE
                WHEN held.claim LIKE 'pair:%' THEN call.answered_at IS NULL
                ELSE call.status = 'ACTIVE' END) END
        RETURNING held.claim
        """;

    /// <summary>Deletes those of the claims that are stale.</summary>
    /// <returns>The keys of those.</returns>
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
