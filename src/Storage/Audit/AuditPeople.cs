using Fayo.Calls.Storage.Audit.Chain;
using Npgsql;

namespace Fayo.Calls.Storage.Audit;

/// <summary>The references by which entries name users: the rows of <c>audit_people</c>.</summary>
internal static class AuditPeople
{
    /// <summary>The references to users, which are made where there are none. Called by who holds the lock on the chain's end.</summary>
    public static async Task<Dictionary<string, string>> FindOrAddAsync(
        NpgsqlConnection connection, IEnumerable<string?> userIds, CancellationToken cancellationToken)
    {
        string[] ids = [.. userIds.OfType<string>().Distinct(StringComparer.Ordinal)];
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        if (ids.Length == 0)
        {
            return references;
        }

        await using (var find = new NpgsqlCommand("SELECT user_id, ref FROM audit_people WHERE user_id = ANY ($1)", connection))
        {
            find.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = ids });
            await using var rows = await find.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                references.Add(rows.GetString(0), rows.GetString(1));
            }
        }

        string[] missing = [.. ids.Where(id => !references.ContainsKey(id))];
        if (missing.Length > 0)
        {
            await AddAsync(connection, missing, references, cancellationToken);
        }

        return references;
    }

    /// <summary>
    /// Removes those of some references that no entry has any more. Not all that there are: whoever does this holds the lock on the
    /// chain's end, and there may be a row for every user.
    /// </summary>
    public static async Task RemoveUnusedAsync(NpgsqlConnection connection, string[] references, CancellationToken cancellationToken)
    {
        const string Sql = """
            DELETE FROM audit_people AS person
            WHERE ref = ANY ($1)
                AND NOT EXISTS (SELECT FROM audit_entries WHERE actor = person.ref)
                AND NOT EXISTS (SELECT FROM audit_entries WHERE subject = person.ref)
                AND NOT EXISTS (SELECT FROM audit_entries WHERE other = person.ref)
            """;
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = references });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task AddAsync(
        NpgsqlConnection connection, string[] userIds, Dictionary<string, string> references, CancellationToken cancellationToken)
    {
        var salts = Array.ConvertAll(userIds, _ => AuditChain.CreateSalt());
        for (var i = 0; i < userIds.Length; i++)
        {
            references.Add(userIds[i], AuditChain.ReferenceTo(userIds[i], salts[i]));
        }

        await using var add = new NpgsqlCommand(
            "INSERT INTO audit_people (ref, salt, user_id) SELECT * FROM unnest($1, $2, $3)", connection);
        add.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(userIds, id => references[id]) });
        add.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = salts });
        add.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = userIds });
        await add.ExecuteNonQueryAsync(cancellationToken);
    }
}
