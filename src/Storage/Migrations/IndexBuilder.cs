using System.Text.RegularExpressions;
using Npgsql;

namespace Fayo.Calls.Storage.Migrations;

/// <summary>
/// Runs a migration that holds only indexes, statement by statement and without a transaction, so that the tables are read and written
/// while the indexes are built.
/// </summary>
/// <remarks>
/// A run that was interrupted is simply started again. An index that it has finished is kept; one that it left unfinished is invalid,
/// costs every write and serves no query, and is dropped and built again. Source: "Building Indexes Concurrently" at
/// https://www.postgresql.org/docs/15/sql-createindex.html.
/// </remarks>
internal static partial class IndexBuilder
{
    /// <summary>Runs the migration.</summary>
    /// <param name="connection">An open connection without a transaction. It keeps no limits of time from here on.</param>
    /// <param name="migration">The migration.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">The migration holds something else.</exception>
    /// <exception cref="PostgresException">The database refuses a statement.</exception>
    public static async Task RunAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        var statements = Parse(migration);
        // Such a build waits for all transactions that are under way, and nobody waits for it meanwhile.
        await ExecuteAsync(connection, "SET lock_timeout = 0", cancellationToken);
        await ExecuteAsync(connection, "SET statement_timeout = 0", cancellationToken);
        foreach (var (sql, created) in statements)
        {
            if (created is not null)
            {
                switch (await IsValidAsync(connection, created, cancellationToken))
                {
                    case true:
                        continue;
                    case false:
                        await ExecuteAsync(connection, $"DROP INDEX CONCURRENTLY IF EXISTS {created}", cancellationToken);
                        break;
                }
            }

            await ExecuteAsync(connection, sql, cancellationToken);
        }
    }

    /// <summary>The statements of a migration, each with the name of the index that it creates, or null where it drops one.</summary>
    /// <exception cref="InvalidOperationException">The migration holds something else.</exception>
    internal static IReadOnlyList<(string Sql, string? Created)> Parse(Migration migration)
    {
        var sql = Comments().Replace(migration.Sql, string.Empty);
        var statements = new List<(string, string?)>();
        foreach (var statement in sql.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Create().Match(statement) is { Success: true } create)
            {
                statements.Add((statement, create.Groups["name"].Value));
            }
            else if (Drop().IsMatch(statement))
            {
                statements.Add((statement, null));
            }
            else
            {
                throw new InvalidOperationException(
                    $"Migration {migration.Version} ({migration.Name}) says that it holds only indexes that are built concurrently, "
                        + $"but also holds: {statement}");
            }
        }

        return statements;
    }

    /// <returns>Null where there is no such index.</returns>
    private static async Task<bool?> IsValidAsync(NpgsqlConnection connection, string index, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = pg_index.indexrelid
            WHERE relname = $1 AND relnamespace = current_schema()::regnamespace
            """;
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = index });
        return (bool?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [GeneratedRegex("^--.*$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Comments();

    [GeneratedRegex(
        @"^CREATE\s+(UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?<name>[a-z_][a-z0-9_]*)\s+ON\s[^;]*;?$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Create();

    [GeneratedRegex(@"^DROP\s+INDEX\s+CONCURRENTLY\s+IF\s+EXISTS\s+[a-z_][a-z0-9_]*;?$", RegexOptions.NonBacktracking)]
    private static partial Regex Drop();
}
