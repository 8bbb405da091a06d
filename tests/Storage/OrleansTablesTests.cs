using System.Text;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Runs the queries of Orleans' ADO.NET providers with the parameters that the providers bind.</summary>
public sealed class OrleansTablesTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private readonly string _cluster = $"cluster {Guid.NewGuid()}";

    [Fact]
    public async Task Every_query_that_the_providers_look_up_is_there() => Assert.Equal(
        [
            "CleanupDefunctSiloEntriesKey", "ClearStorageKey", "DeleteMembershipTableEntriesKey", "DeleteReminderRowKey",
            "DeleteReminderRowsKey", "DeleteStorageKey", "GatewaysQueryKey", "InsertMembershipKey", "InsertMembershipVersionKey",
            "MembershipReadAllKey", "MembershipReadRowKey", "ReadFromStorageKey", "ReadRangeRows1Key", "ReadRangeRows2Key",
            "ReadReminderRowKey", "ReadReminderRowsKey", "UpdateIAmAlivetimeKey", "UpdateMembershipKey", "UpsertReminderRowKey",
            "WriteToStorageKey",
        ],
        await database.ReadLinesAsync("SELECT QueryKey FROM OrleansQuery ORDER BY QueryKey COLLATE \"C\""));

    [Theory]
    [InlineData("user:ann")]
    [InlineData(null)]
    public async Task State_is_written_over_the_version_that_was_read_and_over_no_other(string? extension)
    {
        Assert.Empty(await ReadStateAsync(extension));
        Assert.Equal(1, await WriteStateAsync(extension, null, "one"));
        Assert.Equal(2, await WriteStateAsync(extension, 1, "two"));

        // Lost: answers with what it was given, which Orleans takes for InconsistentStateException.
        Assert.Equal(1, await WriteStateAsync(extension, 1, "late"));
        Assert.Null(await WriteStateAsync(extension, null, "first again"));
        Assert.Equal(("two", 2), Assert.Single(await ReadStateAsync(extension)));

        Assert.Null(await RunAsync("ClearStorageKey", [.. StateKey(extension), With("GrainStateVersion", 1)]));
        Assert.Equal(3, await RunAsync("ClearStorageKey", [.. StateKey(extension), With("GrainStateVersion", 2)]));
        Assert.Equal((null, 3), Assert.Single(await ReadStateAsync(extension)));
        Assert.Null(await RunAsync("DeleteStorageKey", [.. StateKey(extension), With("GrainStateVersion", 2)]));
        Assert.Equal(4, await RunAsync("DeleteStorageKey", [.. StateKey(extension), With("GrainStateVersion", 3)]));
        Assert.Empty(await ReadStateAsync(extension));
    }

    [Theory]
    [InlineData("user:ben")]
    [InlineData(null)]
    public async Task Of_first_writes_that_overlap_exactly_one_wins(string? extension)
    {
        for (var round = 0; round < 20; round++)
        {
            var type = $"state {round}";
            var versions = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(i => Task.Run(() => WriteStateAsync(extension, null, $"{i}", type))));

            Assert.Single(versions, version => version == 1);
            Assert.Equal(7, versions.Count(version => version is null));
        }
    }

    [Fact]
    public async Task State_is_found_by_its_index()
    {
        for (var i = 0; i < 300; i++)
        {
            await WriteStateAsync($"user:{i}", null, "state");
        }

        await database.ExecuteAsync("ANALYZE OrleansStorage");
        var text = await database.ReadAsync<string>("SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'ReadFromStorageKey'");
        foreach (var mode in new[] { "force_custom_plan", "force_generic_plan" })
        {
            await using var connection = await database.Plain.OpenConnectionAsync();
            await using var set = new NpgsqlCommand($"SET enable_seqscan = off; SET plan_cache_mode = {mode}", connection);
            await set.ExecuteNonQueryAsync();
            await using var explain = new NpgsqlCommand($"EXPLAIN (ANALYZE) {text}", connection);
            explain.Parameters.AddRange(StateKey("user:7").ToArray());
            await explain.PrepareAsync();
            var plan = new StringBuilder();
            await using var lines = await explain.ExecuteReaderAsync();
            while (await lines.ReadAsync())
            {
                plan.AppendLine(lines.GetString(0));
            }

            // By the whole key: no other grain of the type is looked at.
            Assert.Contains("orleansstorage_key", plan.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("Rows Removed by Filter", plan.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Membership_changes_only_from_the_version_that_was_read()
    {
        Assert.Equal(1, await RunAsync("InsertMembershipVersionKey", Cluster));
        Assert.Equal(0, await RunAsync("InsertMembershipVersionKey", Cluster));
        Assert.Equal([(null, 0)], await ReadMembersAsync("MembershipReadAllKey"));

        Assert.Equal(0, await InsertSiloAsync(port: 1, version: 7));
        Assert.Equal([(null, 0)], await ReadMembersAsync("MembershipReadAllKey"));
        Assert.Equal(1, await InsertSiloAsync(port: 1, version: 0));
        Assert.Equal(0, await InsertSiloAsync(port: 1, version: 1));
        Assert.Equal(1, await InsertSiloAsync(port: 2, version: 1));
        Assert.Equal([(1, 2), (2, 2)], await ReadMembersAsync("MembershipReadAllKey"));
        Assert.Equal([(2, 2)], await ReadMembersAsync("MembershipReadRowKey", Silo(2)));
        Assert.Equal([(null, 2)], await ReadMembersAsync("MembershipReadRowKey", Silo(3)));

        Assert.Equal(0, await UpdateSiloAsync(port: 1, status: 3, version: 1));
        Assert.Equal(0, await UpdateSiloAsync(port: 3, status: 3, version: 2));
        Assert.Equal([(null, 2)], await ReadMembersAsync("MembershipReadRowKey", Silo(3)));
        Assert.Equal(1, await UpdateSiloAsync(port: 1, status: 3, version: 2));
        Assert.Equal([(1, 3)], await ReadMembersAsync("MembershipReadRowKey", Silo(1)));

        // Silo 1 is active (3), silo 2 has not got further than joining (2).
        Assert.Equal("10.0.0.1", await RunAsync("GatewaysQueryKey", [.. Cluster, With("Status", 3)]));
        await RunAsync("UpdateIAmAlivetimeKey", [.. Cluster, .. Silo(1), With("IAmAliveTime", Calls.Noon.UtcDateTime.AddDays(-9))]);
        await RunAsync("CleanupDefunctSiloEntriesKey", [.. Cluster, With("IAmAliveTime", Calls.Noon.UtcDateTime.AddSeconds(1))]);
        Assert.Equal([(1, 3)], await ReadMembersAsync("MembershipReadAllKey"));

        await RunAsync("DeleteMembershipTableEntriesKey", Cluster);
        Assert.Empty(await ReadMembersAsync("MembershipReadAllKey"));
    }

    [Fact]
    public async Task Of_silos_that_join_at_the_same_version_one_at_a_time_succeeds()
    {
        await RunAsync("InsertMembershipVersionKey", Cluster);
        for (var version = 0; version < 10; version++)
        {
            var joined = await Task.WhenAll(
                Enumerable.Range(0, 6).Select(i => Task.Run(() => InsertSiloAsync(port: (version * 10) + i, version))));

            Assert.Equal(1, joined.Sum(one => (int)one!));
        }

        Assert.Equal(10, (await ReadMembersAsync("MembershipReadAllKey")).Count);
    }

    [Fact]
    public async Task Reminders_are_kept_found_and_deleted()
    {
        var hashes = new[] { int.MinValue, -5, 0, 5, int.MaxValue };
        foreach (var hash in hashes)
        {
            Assert.Equal(0, await UpsertReminderAsync(hash, period: 60_000));
        }

        Assert.Equal(1, await UpsertReminderAsync(hash: 5, period: 5_000_000_000L));
        Assert.Equal([-5, 0], await ReadHashesAsync("ReadRangeRows1Key", int.MinValue, 0));
        Assert.Equal([int.MinValue, 5, int.MaxValue], await ReadHashesAsync("ReadRangeRows2Key", 0, int.MinValue));
        Assert.Equal(hashes, await ReadHashesAsync("ReadRangeRows2Key", 0, 0));
        Assert.Equal(["grain 5 retention 1"], await ReadRemindersAsync("ReadReminderRowsKey", With("GrainId", "grain 5")));
        Assert.Equal(
            ["grain 0 retention 0"],
            await ReadRemindersAsync("ReadReminderRowKey", With("GrainId", "grain 0"), With("ReminderName", "retention")));
        Assert.Empty(await ReadRemindersAsync("ReadReminderRowKey", With("GrainId", "grain 0"), With("ReminderName", "other")));

        Assert.Equal(0, await DeleteReminderAsync(hash: 5, version: 0));
        Assert.Equal(1, await DeleteReminderAsync(hash: 5, version: 1));
        Assert.Equal([int.MinValue, -5, 0, int.MaxValue], await ReadHashesAsync("ReadRangeRows2Key", 0, 0));
        await RunAsync("DeleteReminderRowsKey", Service);
        Assert.Empty(await ReadHashesAsync("ReadRangeRows2Key", 0, 0));
    }

    private static NpgsqlParameter With(string name, object? value, NpgsqlDbType? type = null)
    {
        var parameter = new NpgsqlParameter { ParameterName = name, Value = value ?? DBNull.Value };
        if (type is { } known)
        {
            parameter.NpgsqlDbType = known;
        }

        return parameter;
    }

    private NpgsqlParameter[] Cluster => [With("DeploymentId", _cluster)];

    private NpgsqlParameter[] Service => [With("ServiceId", _cluster)];

    private static NpgsqlParameter[] Silo(int port) => [With("Address", $"10.0.0.{port}"), With("Port", port), With("Generation", 42)];

    private NpgsqlParameter[] StateKey(string? extension, string type = "state") =>
    [
        With("GrainIdHash", 17), With("GrainIdN0", 0L), With("GrainIdN1", 0L), With("GrainTypeHash", 4), With("GrainTypeString", type),
        With("GrainIdExtensionString", extension, NpgsqlDbType.Text), .. Service,
    ];

    private async Task<int?> WriteStateAsync(string? extension, int? version, string payload, string type = "state") =>
        (int?)await RunAsync(
            "WriteToStorageKey",
            [
                .. StateKey(extension, type), With("GrainStateVersion", version, NpgsqlDbType.Integer),
                With("PayloadBinary", Encoding.UTF8.GetBytes(payload)),
            ]);

    private Task<List<(string? Payload, int Version)>> ReadStateAsync(string? extension) => ReadAsync(
        "ReadFromStorageKey",
        StateKey(extension),
        row => (row["PayloadBinary"] is byte[] payload ? Encoding.UTF8.GetString(payload) : null, row.GetInt32(row.GetOrdinal("Version"))));

    private Task<object?> InsertSiloAsync(int port, int version) => RunAsync(
        "InsertMembershipKey",
        [
            .. Cluster, .. Silo(port), With("SiloName", "silo"), With("HostName", "host"), With("Status", 2), With("ProxyPort", 30000),
            With("StartTime", Calls.Noon.UtcDateTime), With("IAmAliveTime", Calls.Noon.UtcDateTime), With("Version", version),
        ]);

    private Task<object?> UpdateSiloAsync(int port, int status, int version) => RunAsync(
        "UpdateMembershipKey",
        [
            .. Cluster, .. Silo(port), With("Status", status), With("SuspectTimes", null, NpgsqlDbType.Text),
            With("IAmAliveTime", Calls.Noon.UtcDateTime), With("Version", version),
        ]);

    private async Task<List<(int? Port, int Version)>> ReadMembersAsync(string key, params NpgsqlParameter[] parameters)
    {
        var members = await ReadAsync(key, [.. Cluster, .. parameters], row =>
        {
            // The provider takes a row with a start time for a silo, and reads all of these.
            var start = row.GetOrdinal("StartTime");
            string[] others = ["Address", "Generation", "SiloName", "HostName", "Status", "ProxyPort", "SuspectTimes", "IAmAliveTime"];
            Assert.All(others, column => row.GetOrdinal(column));
            return (row.IsDBNull(start) ? (int?)null : row.GetInt32(row.GetOrdinal("Port")), row.GetInt32(row.GetOrdinal("Version")));
        });
        return [.. members.OrderBy(member => member.Item1)];
    }

    private Task<object?> UpsertReminderAsync(int hash, object period) => RunAsync(
        "UpsertReminderRowKey",
        [
            .. Service, With("GrainId", $"grain {hash}"), With("ReminderName", "retention"), With("StartTime", Calls.Noon.UtcDateTime),
            With("Period", period), With("GrainHash", hash),
        ]);

    private Task<object?> DeleteReminderAsync(int hash, int version) => RunAsync(
        "DeleteReminderRowKey",
        [.. Service, With("GrainId", $"grain {hash}"), With("ReminderName", "retention"), With("Version", version)]);

    private Task<List<string>> ReadRemindersAsync(string key, params NpgsqlParameter[] parameters) =>
        ReadAsync(key, [.. Service, .. parameters], row =>
        {
            Assert.Equal(Calls.Noon.UtcDateTime, row.GetDateTime(row.GetOrdinal("StartTime")));
            Assert.True(row.GetInt64(row.GetOrdinal("Period")) > 0);
            return $"{row["GrainId"]} {row["ReminderName"]} {row["Version"]}";
        });

    private async Task<IEnumerable<int>> ReadHashesAsync(string key, int begin, int end)
    {
        var reminders = await ReadRemindersAsync(key, With("BeginHash", begin), With("EndHash", end));
        return reminders.Select(reminder => int.Parse(reminder.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)).Order();
    }

    /// <summary>The first column of the first row; null when there is no row, or nothing in it.</summary>
    private async Task<object?> RunAsync(string key, NpgsqlParameter[] parameters)
    {
        var rows = await ReadAsync(key, parameters, row => row[0] is DBNull ? null : row[0]);
        return rows.FirstOrDefault();
    }

    private async Task<List<TRow>> ReadAsync<TRow>(string key, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, TRow> read)
    {
        await using var connection = await database.Plain.OpenConnectionAsync();
        await using var find = new NpgsqlCommand("SELECT QueryText FROM OrleansQuery WHERE QueryKey = $1", connection);
        find.Parameters.Add(new NpgsqlParameter { Value = key });
        await using var command = new NpgsqlCommand((string?)await find.ExecuteScalarAsync(), connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<TRow>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
