using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Fayo.Calls.Storage.Migrations;

/// <summary>One step of the database's schema. Once released it never changes: a change is another step.</summary>
/// <param name="Version">The schema's version from this step on; the first is 1.</param>
/// <param name="Name">What it brings.</param>
/// <param name="Sql">What is run: in a transaction of its own, or, where it only builds indexes, statement by statement.</param>
internal sealed partial record Migration(int Version, string Name, string Sql)
{
    /// <summary>
    /// The first line of a file that holds only indexes. Each of its statements is <c>CREATE [UNIQUE] INDEX CONCURRENTLY name ON …;</c> or
    /// <c>DROP INDEX CONCURRENTLY IF EXISTS name;</c> and ends its line. Every index on a table that is in use belongs in such a file.
    /// </summary>
    public const string IndexesMarker = "-- indexes, built concurrently";

    /// <summary>All steps, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        FromResources(1, "orleans", "orleans-main.sql", "orleans-clustering.sql", "orleans-persistence.sql", "orleans-reminders.sql"),
        FromResources(2, "call_sessions", "0002_call_sessions.sql"),
        FromResources(3, "call_claims", "0003_call_claims.sql"),
        FromResources(4, "request_keys", "0004_request_keys.sql"),
        FromResources(5, "users", "0005_users.sql"),
        FromResources(6, "calls_by_end", "0006_calls_by_end.sql"),
        FromResources(7, "users_last_seen", "0007_users_last_seen.sql"),
        FromResources(8, "blocked_users", "0008_blocked_users.sql"),
        FromResources(9, "open_calls_by_expiry", "0009_open_calls_by_expiry.sql"),
        FromResources(10, "sweep_failures", "0010_sweep_failures.sql"),
        FromResources(12, "initiator_names", "0012_initiator_names.sql"),
        FromResources(13, "audit", "0013_audit.sql"),
        FromResources(15, "user_search", "0015_user_search.sql"),
        FromResources(16, "user_search_indexes", "0016_user_search_indexes.sql"),
        FromResources(17, "user_reachability", "0017_user_reachability.sql"),
        FromResources(18, "outbox", "0018_outbox.sql"),
        FromResources(21, "audit_accepted", "0021_audit_accepted.sql"),
        FromResources(22, "do_not_disturb_until", "0022_do_not_disturb_until.sql"),
        FromResources(23, "page_assets", "0023_page_assets.sql"),
        FromResources(24, "user_search_rules", "0024_user_search_rules.sql"),
        FromResources(25, "push_addresses", "0025_push_addresses.sql"),
    ];

    /// <summary>SHA-256, hexadecimal. Reveals a step that was changed after its release.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>
    /// True for a step whose file begins with the line <see cref="IndexesMarker"/>: it holds nothing but indexes, and is run by
    /// <see cref="IndexBuilder"/> without a transaction, so that calls are written while it runs.
    /// </summary>
    public bool BuildsIndexes { get; } = Sql.StartsWith(IndexesMarker + "\n", StringComparison.Ordinal);

    /// <summary>The names of the tables that it creates.</summary>
    public IReadOnlyList<string> Tables =>
        [.. CreateTable().Matches(Sql).Select(match => match.Groups["name"].Value.ToLowerInvariant())];

    private static Migration FromResources(int version, string name, params ReadOnlySpan<string> resources)
    {
        var sql = new StringBuilder();
        foreach (var resource in resources)
        {
            using var stream = typeof(Migration).Assembly.GetManifestResourceStream(resource)
                ?? throw new InvalidOperationException($"The program was built without {resource}.");
            using var reader = new StreamReader(stream);
            // The checksum must not depend on the line ends of the checkout.
            sql.Append(reader.ReadToEnd().ReplaceLineEndings("\n"));
        }

        return new Migration(version, name, sql.ToString());
    }

    [GeneratedRegex(
        @"^CREATE TABLE (?<name>\w+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex CreateTable();
}
