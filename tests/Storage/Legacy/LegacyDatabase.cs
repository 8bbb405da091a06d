using Fayo.Calls.Storage.Migrations;

namespace Fayo.Calls.Tests.Storage.Legacy;

/// <summary>A database as FAYO's own call service left it.</summary>
public sealed class LegacyDatabase : TestDatabase
{
    /// <summary>The columns that a test does not name: a call of ten minutes ago that has an hour.</summary>
    private const string Defaults = """
        'VIDEO'::"CallType" AS "callType", 'ann' AS "initiatorId", 'ben' AS "recipientId", 'COMPLETED'::"CallStatus" AS "status",
        now() AT TIME ZONE 'UTC' + interval '50 min' AS "expiresAt", NULL::timestamp AS "startedAt", NULL::timestamp AS "endedAt",
        NULL::jsonb AS "metadata", now() AT TIME ZONE 'UTC' - interval '10 min' AS "createdAt",
        now() AT TIME ZONE 'UTC' - interval '5 min' AS "updatedAt"
        """;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await ExecuteAsync("CREATE SCHEMA call");
        using var stream = typeof(LegacyDatabase).Assembly.GetManifestResourceStream("fayo-call-service.sql")!;
        using var reader = new StreamReader(stream);
        await ExecuteAsync(await reader.ReadToEndAsync());
    }

    /// <summary>Adds a call.</summary>
    /// <param name="id">Its id; its channel is called <c>channel of</c> that.</param>
    /// <param name="changes">Assignments to columns that differ from the defaults, such as <c>"status" = 'RINGING'</c>.</param>
    public async Task AddAsync(string id, string changes = "")
    {
        await ExecuteAsync($"INSERT INTO call_sessions SELECT * FROM (SELECT '{id}', 'channel of {id}', {Defaults}) AS call");
        if (changes.Length > 0)
        {
            await ExecuteAsync($"UPDATE call_sessions SET {changes} WHERE id = '{id}'");
        }
    }

    /// <summary>Adds many calls that have ended.</summary>
    public Task AddManyAsync(int count) => ExecuteAsync($"""
        INSERT INTO call_sessions
        SELECT 'cm' || lpad(n::text, 23, '0'), 'channel ' || n, {Defaults} FROM generate_series(1, {count}) AS n
        """);

    /// <summary>Does what every start does.</summary>
    public Task MigrateAsync() => new DatabaseMigrator(Settings).MigrateAsync(CancellationToken.None);

    /// <summary>Says what a start would do.</summary>
    public Task<MigrationPlan> PlanAsync() => new DatabaseMigrator(Settings).PlanAsync(CancellationToken.None);
}
