using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fayo.Calls.Storage.Calls;
using Fayo.Calls.Storage.Calls.GroupCommit;
using Fayo.Calls.Storage.Database;
using Fayo.Calls.Storage.Events;
using Fayo.Calls.Storage.Monitor;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>In a table of a realistic size, and under PostgreSQL's own settings, nothing that is asked often reads many rows.</summary>
public sealed partial class IndexUseTests(IndexUseTests.History history) : IClassFixture<IndexUseTests.History>
{
    private static readonly DateTime Now = Calls.Noon.UtcDateTime;

    [Fact]
    public Task Open_calls_of_a_user_with_a_long_history() => AssertFewRowsAsync(
        CallReader.OpenSql,
        ["call_sessions_open_initiator", "call_sessions_open_recipient"],
        100,
        Text("user 1"),
        Time(Now),
        Number(100),
        Number(1000));

    [Fact]
    public Task Open_calls_of_a_user_who_has_more_of_them_than_are_read() => AssertFewRowsAsync(
        CallReader.OpenSql,
        ["call_sessions_open_initiator", "call_sessions_open_recipient"],
        25,
        Text("user 1"),
        Time(Now),
        Number(100),
        Number(4));

    [Fact]
    public Task A_call_by_its_id() => AssertFewRowsAsync(
        $"SELECT {CallRows.StateColumns} FROM call_sessions WHERE id = $1", ["call_sessions_pkey"], 1, Text("call_0000000777"));

    [Fact]
    public Task A_calls_timeline() => AssertFewRowsAsync(
        $"SELECT {CallRows.EntryColumns} FROM call_events WHERE call_id = $1 ORDER BY version",
        ["call_events_pkey"],
        5,
        Text("call_0000000777"));

    [Fact]
    public Task Overdue_calls() => AssertFewRowsAsync(
        OverdueCalls.Sql, ["call_sessions_sweep"], 600, Time(Now.AddSeconds(50)), Time(Now.AddSeconds(50)), Number(20), Span(3), Span(1));

    [Fact]
    public Task Many_overdue_calls()
    {
        var now = Now.AddSeconds(800);
        return AssertFewRowsAsync(OverdueCalls.Sql, ["call_sessions_sweep"], 4500, Time(now), Time(now), Number(256), Span(3), Span(1));
    }

    [Fact]
    public Task No_overdue_calls() => AssertFewRowsAsync(
        OverdueCalls.Sql, ["call_sessions_sweep"], 0, Time(Now.AddDays(-1)), Time(Now.AddDays(-1)), Number(256), Span(3), Span(1));

    [Fact]
    public Task Stale_claims() => AssertFewRowsAsync(
        StaleClaims.Sql,
        ["call_claims_pkey", "call_sessions_pkey"],
        4,
        new NpgsqlParameter { Value = (string[])["user:user 49500", "user:user 7"] });

    [Fact]
    public Task Calls_to_look_at_again_later() => AssertFewRowsAsync(
        OverdueCalls.PostponeSql,
        ["call_sessions_pkey"],
        10,
        Each("call_0000049100", "call_0000049101", "call_0000000777"),
        Each(6, 6, 6),
        Each(Now, Now, Now),
        Each(0, 0, 0));

    [Fact]
    public Task Old_calls_to_delete() =>
        AssertFewRowsAsync(HistoryRetention.Sql, ["call_sessions_ended"], 600, Time(Now.AddDays(-39)), Number(100));

    [Fact]
    public Task Keys_of_requests_to_delete() =>
        AssertFewRowsAsync(HistoryRetention.KeysSql, ["call_claims_kept", "call_claims_pkey"], 200, Number(100));

    [Fact]
    public Task Wishes_not_to_be_disturbed_that_are_over() =>
        AssertFewRowsAsync(HistoryRetention.WishesSql, ["do_not_disturb_until"], 400, Number(100));

    [Fact]
    public Task Events_to_send() => AssertFewRowsAsync(
        Outbox.TakeSql, ["outbox_due", "outbox_pkey"], 400, Text("kafka"), Time(Now), Number(50), Span(23));

    [Fact]
    public Task What_became_of_events() => AssertFewRowsAsync(
        Outbox.RecordSql,
        ["outbox_pkey"],
        30,
        Text("kafka"),
        Each("call_0000049990", "call_0000049991"),
        Each(1, 1),
        Each(Now, Now),
        Each<DateTime?>(null, Now),
        Each<DateTime?>(Now, null),
        Each<DateTime?>(null, null),
        Each(0, 1),
        Each(Now, Now),
        Each<string?>(null, "HTTP 500"),
        Time(Now));

    [Fact]
    public Task How_many_events_wait() => AssertFewRowsAsync(Outbox.MeasureSql, ["outbox_due"], 4000);

    [Fact]
    public Task A_page_of_parked_events() => AssertFewRowsAsync(
        ParkedEvents.ListSql, ["outbox_parked"], 50, Time(Now), Text("call_0000000777"), Number(1), Text("kafka"), Number(50));

    [Fact]
    public Task Old_events_to_delete() => AssertFewRowsAsync(
        HistoryRetention.EventsSql,
        ["outbox_sent", "outbox_parked", "outbox_due", "outbox_pkey"],
        7000,
        Time(Now.AddDays(-30)),
        Time(Now.AddDays(-39)),
        Number(100));

    [Fact]
    public Task A_page_of_a_users_history() =>
        AssertFewRowsAsync(new CallQuery { UserId = "user 1" }, ["call_sessions_initiator", "call_sessions_recipient"], 300);

    [Fact]
    public Task A_later_page_of_a_users_history() => AssertFewRowsAsync(
        new CallQuery { UserId = "user 1", After = new CallCursor(Calls.Noon.AddDays(-10), "call_0000000777") },
        ["call_sessions_initiator", "call_sessions_recipient"],
        300);

    [Fact]
    public Task A_page_of_everybodys_calls() => AssertFewRowsAsync(new CallQuery(), ["call_sessions_created"], 60);

    [Fact]
    public Task A_later_page_of_everybodys_calls() =>
        AssertFewRowsAsync(
            new CallQuery { After = new CallCursor(Calls.Noon.AddDays(-10), "call_0000000777") }, ["call_sessions_created"], 60);

    [Fact]
    public Task A_page_of_everybodys_calls_between_two_times() =>
        AssertFewRowsAsync(new CallQuery { From = Calls.Noon.AddDays(-10), To = Calls.Noon.AddDays(-5) }, ["call_sessions_created"], 60);

    [Fact]
    public Task A_page_of_everybodys_active_calls() =>
        AssertFewRowsAsync(new CallQuery { Status = CallStatus.Active }, ["call_sessions_"], 2500);

    [Fact]
    public Task All_open_calls_for_the_monitor() => AssertFewRowsAsync(MonitorReader.OpenSql, ["call_sessions_open"], 1300);

    [Fact]
    public Task A_sample_of_the_open_calls() => AssertFewRowsAsync(
        MonitorReader.SampleSql, ["call_sessions_open"], 1300, new NpgsqlParameter<string> { TypedValue = new CallSample(32).Bound! });

    [Fact]
    public Task A_page_of_the_monitors_open_calls()
    {
        var (sql, values) = MonitorReader.Compose(
            new OpenCallQuery { Search = "user", After = new CallCursor(Calls.Noon, "call_0000049990") }, limit: 51);
        return AssertFewRowsAsync(sql, ["call_sessions_open", "call_sessions_pkey"], 1400, [.. values]);
    }

    [Fact]
    public Task Calls_that_the_monitor_asks_after() =>
        AssertFewRowsAsync(MonitorReader.ByIdSql, ["call_sessions_pkey"], 3, Each("call_0000000777", "call_0000049999"));

    [Fact]
    public Task The_numbers_of_the_last_hour() =>
        AssertFewRowsAsync(
            CallCounter.Sql,
            ["call_sessions_ended", "call_sessions_open"],
            1500,
            Time(Now.AddDays(-1)),
            Time(Now),
            Time(DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)));

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(30, true)]
    [InlineData(3000, true)]
    [InlineData(3000, false)]
    public Task The_writers_plans_are_made_for_a_full_table_even_when_it_is_empty_or_small(int rows, bool isAnalyzed) =>
        AssertWritersPlansAsync($"of_{rows}_{(isAnalyzed ? "known" : "unknown")}", rows, isAnalyzed, []);

    [Theory]
    [InlineData(0, false)]
    [InlineData(3000, true)]
    public Task The_writers_plans_are_the_same_where_other_systems_are_told_of_calls(int rows, bool isAnalyzed) =>
        AssertWritersPlansAsync($"told_of_{rows}", rows, isAnalyzed, [new EventSubscription("kafka", EventSubscription.AllKinds)]);

    private async Task AssertWritersPlansAsync(string schema, int rows, bool isAnalyzed, IReadOnlyList<EventSubscription> subscriptions)
    {
        await history.ExecuteAsync($"""
            CREATE SCHEMA {schema};
            CREATE TABLE {schema}.call_sessions (LIKE call.call_sessions INCLUDING ALL);
            CREATE TABLE {schema}.call_events (LIKE call.call_events INCLUDING ALL);
            CREATE TABLE {schema}.blocked_users (LIKE call.blocked_users INCLUDING ALL);
            CREATE TABLE {schema}.do_not_disturb (LIKE call.do_not_disturb INCLUDING ALL);
            CREATE TABLE {schema}.outbox (LIKE call.outbox INCLUDING ALL);
            CREATE TABLE {schema}.call_claims (LIKE call.call_claims INCLUDING ALL);
            INSERT INTO {schema}.call_sessions SELECT * FROM call.call_sessions LIMIT {rows};
            INSERT INTO {schema}.call_claims SELECT * FROM call.call_claims LIMIT {rows};
            """);
        if (isAnalyzed)
        {
            await history.ExecuteAsync($"VACUUM ANALYZE {schema}.call_sessions, {schema}.call_events, {schema}.call_claims");
        }

        await using var connection = DatabaseSettings.Parse(history.UrlVia(TestDatabase.ServerHost, TestDatabase.ServerPort)
            .Replace("schema=call", $"schema={schema}", StringComparison.Ordinal)).CreateWriterConnection();
        await connection.OpenAsync();
        await using var batch = await CallWriteStatement.PrepareAsync(connection, subscriptions);
        var toldOthers = subscriptions.Count;

        // Changes without claims, changes, new calls, both, and both with all that is rare.
        var variants = await ReadPreparedAsync(connection);
        var others = 6 * toldOthers;
        Assert.Equal(
            [23 + others, 30 + others, 40 + others, 55 + others, 63 + others], variants.ConvertAll(variant => variant.Parameters));
        string[] ofChanges = ["call_sessions_pkey (id = ANY ($))"];
        string[] ofClaims = ["call_claims_pkey (claim = ANY ($))", "call_claims_pkey (claim = ANY ($))"];
        string[] ofNewCalls =
        [
            "blocked_users_pkey ((user_id = asked.recipient_id) AND (blocked_id = asked.initiator_id))",
            "call_sessions_initiator_id_expires_at_idx ((initiator_id = asked.initiator_id) AND (expires_at > asked.created_at))",
            "do_not_disturb_pkey (user_id = asked.recipient_id)",
        ];
        string[] ofLatestCalls =
        [
            "call_sessions_initiator_id_created_at_id_idx ((ROW(initiator_id, created_at) > ROW(asked.initiator_id, asked.since)) AND "
                + "(ROW(initiator_id, created_at) <= ROW(asked.initiator_id, 'infinity'::timestamp with time zone)))",
        ];
        await AssertPlanAsync(connection, variants[0], ofChanges, joins: 1);
        await AssertPlanAsync(connection, variants[1], [.. ofChanges, .. ofClaims], joins: 3);
        await AssertPlanAsync(connection, variants[2], [.. ofClaims, .. ofNewCalls], joins: 2);
        await AssertPlanAsync(connection, variants[3], [.. ofChanges, .. ofClaims, .. ofNewCalls], joins: 3);
        await AssertPlanAsync(connection, variants[4], [.. ofChanges, .. ofClaims, .. ofNewCalls, .. ofLatestCalls], joins: 3);
    }

    private static async Task<List<(string Name, int Parameters)>> ReadPreparedAsync(NpgsqlConnection connection)
    {
        await using var find = new NpgsqlCommand(
            "SELECT name, cardinality(parameter_types) FROM pg_prepared_statements ORDER BY cardinality(parameter_types)", connection);
        await using var rows = await find.ExecuteReaderAsync();
        List<(string, int)> found = [];
        while (await rows.ReadAsync())
        {
            found.Add((rows.GetString(0), rows.GetInt32(1)));
        }

        return found;
    }

    private static async Task AssertPlanAsync(
        NpgsqlConnection connection, (string Name, int Parameters) prepared, IEnumerable<string> indexes, int joins)
    {
        var nothing = string.Join(", ", Enumerable.Repeat("'{}'", prepared.Parameters));
        await using var explain = new NpgsqlCommand($"EXPLAIN (FORMAT JSON) EXECUTE \"{prepared.Name}\" ({nothing})", connection);

        var nodes = Nodes((string)(await explain.ExecuteScalarAsync())!);

        Assert.DoesNotContain(nodes, node => Value(node, "Node Type") == "Seq Scan");
        // As one text, so that a failure shows the whole of it.
        Assert.Equal(
            string.Join('\n', indexes.Order(StringComparer.Ordinal)),
            string.Join('\n', nodes.Where(node => Value(node, "Index Name") != "")
                .Select(node => $"{Value(node, "Index Name")} {ParameterNumber.Replace(Value(node, "Index Cond"), "$")}")
                .Order(StringComparer.Ordinal)));

        // Nor does it compare each row with each other of the batch.
        Assert.Equal(
            Enumerable.Repeat("Hash Join", joins),
            nodes.Select(node => Value(node, "Node Type"))
                .Where(type => type == "Nested Loop" || type.EndsWith("Join", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"\$\d+", RegexOptions.NonBacktracking)]
    private static partial Regex ParameterNumber { get; }

    private Task AssertFewRowsAsync(CallQuery query, string[] indexes, int most)
    {
        var (sql, bind) = CallReader.Compose(query, query.Limit + 1);
        return AssertFewRowsAsync(sql, indexes, most, bind);
    }

    private Task AssertFewRowsAsync(string sql, string[] indexes, int most, params NpgsqlParameter[] parameters) =>
        AssertFewRowsAsync(sql, indexes, most, bound => bound.AddRange(parameters));

    /// <summary>Runs a statement, rolls back, and looks at the rows of the tables that it has touched, also those it passed over.</summary>
    private async Task AssertFewRowsAsync(string sql, string[] indexes, int most, Action<NpgsqlParameterCollection> bind)
    {
        await using var connection = await history.Plain.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var explain = new NpgsqlCommand($"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", connection);
        bind(explain.Parameters);
        var nodes = Nodes((string)(await explain.ExecuteScalarAsync())!);

        Assert.DoesNotContain(nodes, node => Value(node, "Node Type") == "Seq Scan");
        Assert.All(indexes, index => Assert.Contains(nodes, node => Value(node, "Index Name").StartsWith(index, StringComparison.Ordinal)));
        // A bitmap's index scan counts what statements that were rolled back left in the index; its heap scan counts rows.
        var touched = nodes
            .Where(node => Value(node, "Node Type") is "Index Scan" or "Index Only Scan" or "Bitmap Heap Scan")
            .Sum(node => (Count(node, "Actual Rows") + Count(node, "Rows Removed by Filter")) * Count(node, "Actual Loops"));
        Assert.True(touched <= most, $"{touched} rows");
    }

    private static List<JsonElement> Nodes(string plan)
    {
        using var document = JsonDocument.Parse(plan);
        var nodes = new List<JsonElement>();
        Collect(document.RootElement[0].GetProperty("Plan").Clone());
        return nodes;

        void Collect(JsonElement node)
        {
            nodes.Add(node);
            if (node.TryGetProperty("Plans", out var plans))
            {
                foreach (var inner in plans.EnumerateArray())
                {
                    Collect(inner);
                }
            }
        }
    }

    private static string Value(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static double Count(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;

    private static NpgsqlParameter Text(string value) => new() { Value = value };

    private static NpgsqlParameter Time(DateTime value) => new() { Value = value };

    private static NpgsqlParameter Each<TValue>(params TValue[] values) => new() { Value = values };

    private static NpgsqlParameter Span(int seconds) => new() { Value = TimeSpan.FromSeconds(seconds) };

    private static NpgsqlParameter Number(int value) => new() { Value = value };

    /// <summary>
    /// Forty days with 50,000 calls. One user took part in every fiftieth. The last 1,000 are open; the deadline of 100 of
    /// them has moved on since the sweep was to look at them.
    /// </summary>
    public sealed class History : MigratedDatabase
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $$"""
                INSERT INTO call_sessions (
                    id, version, status, call_type, channel_name, initiator_id, recipient_id, metadata, created_at, updated_at, expires_at,
                    ended_at, end_reason, next_deadline, sweep_at, details)
                SELECT 'call_' || to_char(n, 'FM0000000000'), 6,
                    CASE WHEN NOT open THEN 'COMPLETED' WHEN n % 2 = 0 THEN 'ACTIVE' ELSE 'RINGING' END, 'VIDEO', 'channel ' || n,
                    'user ' || CASE WHEN n % 100 = 0 THEN 1 ELSE 2 + n % 997 END,
                    'user ' || CASE WHEN n % 100 = 50 THEN 1 ELSE 1000 + n % 991 END,
                    '{"appointment":"c0ffee"}', at, at, CASE WHEN open THEN now ELSE at END + interval '1 hour',
                    CASE WHEN NOT open THEN at + interval '5 min' END, CASE WHEN NOT open THEN 'hangup' END,
                    CASE WHEN open THEN now + (n - 49000) * interval '1 s' END,
                    CASE WHEN n > 49900 THEN now WHEN open THEN now + (n - 49000) * interval '1 s' END, '{}'
                FROM generate_series(1, 50000) AS n,
                LATERAL (SELECT n > 49000 AS open, '{{Now:O}}'::timestamptz AS now) AS about,
                LATERAL (SELECT now - (50000 - n) * interval '69 s' AS at) AS created
                """));
            await ExecuteAsync("""
                INSERT INTO call_events (call_id, version, at, kind, status)
                SELECT id, entry, created_at, 'note', 'PENDING' FROM call_sessions, generate_series(1, 4) AS entry
                """);
            await ExecuteAsync(
                "INSERT INTO call_claims (claim, call_id) "
                + "SELECT 'user:user ' || n, 'call_' || to_char(n, 'FM0000000000') FROM generate_series(1, 50000) AS n");
            await ExecuteAsync("""
                INSERT INTO call_claims (claim, call_id, body, is_first, kept_until)
                SELECT 'request:6:user ' || n, 'call_' || to_char(n, 'FM0000000000'), '', true, now() + (n - 200) * interval '1 min'
                FROM generate_series(1, 20000) AS n
                """);
            await ExecuteAsync("""
                INSERT INTO outbox (call_id, destination, version, kind, at, session, next_at, sent_at, parked_at)
                SELECT id, destination, version, 'created', created_at, '{}', CASE WHEN ended_at IS NULL THEN created_at END,
                    CASE WHEN ended_at IS NOT NULL AND version = 1 THEN ended_at END,
                    CASE WHEN ended_at IS NOT NULL AND version = 2 THEN ended_at END
                FROM (SELECT id, created_at, ended_at FROM call_sessions) AS call, generate_series(1, 2) AS version,
                    unnest(ARRAY['kafka', 'rabbitmq']) AS destination
                WHERE version = 1 OR id LIKE '%00'
                """);
            await ExecuteAsync(
                "INSERT INTO do_not_disturb (user_id, until) "
                + "SELECT 'user ' || n, now() + (n - 200) * interval '1 min' FROM generate_series(1, 50000) AS n");
            await ExecuteAsync("VACUUM ANALYZE call_sessions, call_events, call_claims, outbox, do_not_disturb");
        }
    }
}
