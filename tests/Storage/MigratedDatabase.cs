namespace Fayo.Calls.Tests.Storage;

/// <summary>A database with the schema of this program.</summary>
public class MigratedDatabase : TestDatabase
{
    // What migrations write stays, and the ends of the audit become those that migration 13 makes. As a replica: no trigger refuses it.
    private const string Empty = """
        DO $$
        DECLARE
            written text;
        BEGIN
            SET LOCAL session_replication_role = replica;
            SELECT string_agg(oid::regclass::text, ', ') INTO written
            FROM pg_class
            WHERE relnamespace = 'call'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
                AND relname NOT IN ('schema_migrations', 'orleansquery');
            EXECUTE 'TRUNCATE ' || written || ' CASCADE';
            INSERT INTO audit_heads (name, seq, hash, signed_at)
            SELECT name, 0, decode(repeat('00', 32), 'hex'), now() FROM (VALUES ('first'), ('last')) AS ends (name);
        END
        $$
        """;

    public override async ValueTask InitializeAsync() => await CopyAsync(await MigratedTemplate.GetNameAsync());

    /// <summary>
    /// Deletes the rows that a test of a class has written, for the next one: that takes a fraction of the time of another copy.
    /// Connections that are still open are ended before, so that nothing is written afterwards.
    /// </summary>
    public async Task EmptyAsync()
    {
        await EndConnectionsAsync();
        await ExecuteAsync(Empty);
    }
}
