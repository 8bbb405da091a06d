using System.Text.Json;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Storage.Audit;
using Fayo.Calls.Storage.Audit.Chain;
using Fayo.Calls.Storage.People;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class PersonalDataTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private const string Person = "zz-person-zz";
    private const string Other = "other-one";

    private static readonly CancellationToken None = CancellationToken.None;

    private NpgsqlDataSource _source = null!;
    private PersonalData _data = null!;

    public async ValueTask InitializeAsync()
    {
        await database.EmptyAsync();
        _source = database.Settings.CreateDataSource();
        _data = new PersonalData(_source);
    }

    public async ValueTask DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Every_table_is_known_to_hold_ids_of_users_or_not_to()
    {
        var tables = await database.ReadLinesAsync(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1");

        Assert.Equal(
            tables.Order(StringComparer.Ordinal),
            PersonalData.Tables.Concat(PersonalData.OtherTables).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_erased_person_is_in_no_table_and_the_other_participants_call_keeps_its_shape()
    {
        await FillAsync();
        Assert.NotEmpty(await FindAsync(Person));

        var changed = await _data.EraseAsync(Person, None);

        Assert.Equal(["call_ended", "call_received", "call_watched"], changed.Order(StringComparer.Ordinal));
        Assert.Empty(await FindAsync(Person));
        Assert.Empty(await FindAsync("Zzyzx"));
        Assert.Empty(await FindAsync("zz-device"));
        Assert.Empty(await FindAsync("zz-remark"));
        Assert.Equal(
            ["call_ended erased other-one COMPLETED hangup 4", "call_received other-one erased EXPIRED no_answer 2"],
            await database.ReadLinesAsync("""
                SELECT id || ' ' || regexp_replace(initiator_id, '_.*', '') || ' ' || regexp_replace(recipient_id, '_.*', '') || ' '
                    || status || ' ' || end_reason || ' ' || version
                FROM call_sessions WHERE id IN ('call_ended', 'call_received') ORDER BY id
                """));
        Assert.Equal(
            ["created", "note", "ended hangup", "note personal data erased"],
            await database.ReadLinesAsync(
                "SELECT concat_ws(' ', kind, detail) FROM call_events WHERE call_id = 'call_ended' ORDER BY version"));
        // Of a call that the person only watched, the rest is the participants' own.
        Assert.Equal(
            ["{\"their\": \"own\"}"], await database.ReadLinesAsync("SELECT metadata::text FROM call_sessions WHERE id = 'call_watched'"));
        Assert.Equal(
            ["call_others 1"], await database.ReadLinesAsync("SELECT id || ' ' || version FROM call_sessions WHERE id = 'call_others'"));
        Assert.Empty(await _data.EraseAsync(Person, None));
    }

    [Fact]
    public async Task An_open_call_is_left_as_it_is_and_listed()
    {
        await database.ExecuteAsync(CallOf("call_open", Person, Other, endedAt: "NULL"));

        Assert.Equal(["call_open"], await _data.ListOpenCallsAsync(Person, None));
        Assert.Empty(await _data.EraseAsync(Person, None));
        Assert.Equal(1, await database.ReadAsync<int>("SELECT version FROM call_sessions"));
    }

    [Fact]
    public async Task An_open_call_of_others_that_the_person_watches_is_listed_until_it_has_ended()
    {
        await database.ExecuteAsync($$"""
            {{CallOf("call_open", Other, "third-one", endedAt: "NULL")}}
            INSERT INTO call_events (call_id, version, at, kind, by, status, detail)
                VALUES ('call_open', 1, now(), 'note', '{{Person}}', 'RINGING', 'watches')
            """);

        Assert.Empty(await _data.EraseAsync(Person, None));
        Assert.Empty(await _data.ListOpenCallsAsync(Person, None));
        Assert.Equal(["call_open"], await _data.ListWatchedCallsAsync(Person, None));
        Assert.Empty(await _data.ListWatchedCallsAsync(Other, None));

        await database.ExecuteAsync("UPDATE call_sessions SET ended_at = now()");
        Assert.Equal(["call_open"], await _data.EraseAsync(Person, None));
        Assert.Empty(await _data.ListWatchedCallsAsync(Person, None));
        Assert.Empty(await FindAsync(Person));
    }

    [Fact]
    public async Task A_channel_whose_name_a_client_brought_is_not_free_again_while_a_token_for_it_may_be_good()
    {
        await database.ExecuteAsync($$"""
            {{CallOf("call_ended", Person, Other)}}
            INSERT INTO call_claims (claim, call_id, kept_until) VALUES
                ('{{CallClaim.OfChannel("room-5").Key}}', 'call_ended', now() + interval '1 hour'),
                ('{{CallClaim.OfChannel("room-6").Key}}', 'call_ended', now() - interval '1 hour'),
                ('{{CallClaim.OfChannel("room-of-" + Person).Key}}', 'call_ended', now() + interval '1 hour')
            """);

        await _data.EraseAsync(Person, None);

        Assert.Equal(["channel:room-5"], await database.ReadLinesAsync("SELECT claim FROM call_claims"));
        Assert.Empty(await FindAsync(Person));
    }

    [Fact]
    public async Task A_silo_that_has_the_old_call_in_memory_cannot_write_it_back()
    {
        await using var silo = new Silo(database.Settings);
        var state = Calls.New(initiator: Person, recipient: Other);
        var call = new StoredCall(state.Session.Id);
        await silo.WriteAsync(call, state, Calls.Opening(state));
        var ended = Calls.Ended(state);
        await silo.WriteAsync(call, ended, Calls.Note(ended.Session.Version));
        await _data.EraseAsync(Person, None);

        var late = Calls.Next(ended);
        var outcome = await silo.TryWriteAsync(call, late, Calls.Note(late.Session.Version));

        Assert.IsType<Fayo.Calls.Grains.Calls.CallWriteOutcome.OtherVersion>(outcome);
        Assert.Empty(await FindAsync(Person));
    }

    [Fact]
    public async Task An_export_has_all_that_is_kept()
    {
        await FillAsync();

        using var exported = JsonDocument.Parse(await _data.ExportAsync(Person, None));

        var root = exported.RootElement;
        Assert.Equal("Zzyzx", root.GetProperty("user").GetProperty("first_name").GetString());
        Assert.Equal(2, root.GetProperty("calls").GetArrayLength());
        Assert.Equal(5, root.GetProperty("timelines").GetArrayLength());
        Assert.Equal("zz-device", root.GetProperty("pushAddresses")[0].GetProperty("device_id").GetString());
        Assert.Equal(2, root.GetProperty("claims").GetArrayLength());
        Assert.Contains("zz-device", root.GetProperty("grains")[0].GetProperty("state").GetString(), StringComparison.Ordinal);
        using var nobody = JsonDocument.Parse(await _data.ExportAsync("nobody", None));
        Assert.Equal(JsonValueKind.Null, nobody.RootElement.GetProperty("user").ValueKind);
    }

    private static string CallOf(string id, string initiator, string recipient, string endedAt = "now()", string rest = "NULL") => $$"""
        INSERT INTO call_sessions (id, version, status, call_type, channel_name, initiator_id, recipient_id, metadata, created_at,
            updated_at, expires_at, ended_at, end_reason, ended_by, details)
        VALUES ('{{id}}', 1, 'COMPLETED', 'VIDEO', 'fayo_{{initiator[..8]}}_{{id}}', '{{initiator}}', '{{recipient}}',
            '{"their": "own"}', now(), now(), now(), {{endedAt}}, 'hangup', {{rest}}, '{}');
        """;

    private async Task FillAsync()
    {
        var request = new CreateCall(new Caller(Person), Other, CallType.Video, ChannelName: null, Metadata: null);
        await database.ExecuteAsync($$"""
            {{CallOf("call_ended", Person, Other, rest: $"'{Person}'")}}
            {{CallOf("call_received", Other, Person)}}
            {{CallOf("call_watched", Other, "third-one", rest: $"'{Person}'")}}
            {{CallOf("call_others", Other, "third-one")}}
            UPDATE call_sessions SET version = 3, initiator_name = 'Zzyzx', initiator_role = 'PATIENT', metadata = '{"name": "Zzyzx"}',
                details = '{"devices": [{"userId": "{{Person}}", "deviceId": "zz-device"}], "watchers": ["{{Person}}"]}'
                WHERE id = 'call_ended';
            UPDATE call_sessions SET status = 'EXPIRED', end_reason = 'no_answer' WHERE id = 'call_received';
            UPDATE call_sessions SET details = '{"watchers": ["{{Person}}"]}' WHERE id = 'call_watched';
            INSERT INTO call_events (call_id, version, at, kind, by, device, status, detail) VALUES
                ('call_ended', 1, now(), 'created', '{{Person}}', NULL, 'PENDING', NULL),
                ('call_ended', 2, now(), 'note', '{{Person}}', 'zz-device', 'ACTIVE', 'zz-remark of {{Person}}'),
                ('call_ended', 3, now(), 'ended', '{{Person}}', 'zz-device', 'COMPLETED', 'hangup'),
                ('call_received', 1, now(), 'delivered', NULL, 'zz-device', 'EXPIRED', NULL),
                ('call_watched', 1, now(), 'note', '{{Person}}', 'zz-device', 'COMPLETED', 'zz-remark');
            INSERT INTO call_claims (claim, call_id, body, is_first, kept_until) VALUES
                ('{{CallClaim.OfRequest(request, "key").Key}}', 'call_ended', 'x', true, now()),
                ('{{CallClaim.OfPair(Person, Other).Key}}', 'call_received', NULL, NULL, NULL);
            INSERT INTO users (id, first_name, last_name, role, label, last_seen_at)
                VALUES ('{{Person}}', 'Zzyzx', 'Person', 'PATIENT', 'zzyzx {{Person}}', now());
            INSERT INTO push_addresses (address, user_id, device_id, registered_at)
                VALUES ('0f', '{{Person}}', 'zz-device', now());
            INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString,
                ServiceId, PayloadBinary, Version)
                VALUES (1, 0, 0, 1, 'user', 'user:{{Person}}', 'fayo-calls',
                    convert_to('{"devices":[{"deviceId":"zz-device"}]}', 'UTF8'), 1);
            """);
        var writer = new AuditWriter(
            _source, AuditSettings.Of("secret", TimeSpan.FromDays(90)), TimeProvider.System, NullLogger<AuditWriter>.Instance);
        await writer.AppendAsync(
            [new AuditEntry { Action = AuditAction.ErasePerson, At = DateTimeOffset.UtcNow, ActorId = "staff", SubjectId = Person }], None);
    }

    /// <summary>The tables in which a text is, in any column.</summary>
    private async Task<List<string>> FindAsync(string text)
    {
        var found = new List<string>();
        foreach (var table in await database.ReadLinesAsync(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()"))
        {
            // bytea prints as hexadecimal digits.
            var hex = Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(text));
            found.AddRange(await database.ReadLinesAsync(
                $"SELECT '{table}: ' || t::text FROM {table} AS t WHERE strpos(t::text, '{text}') > 0 OR strpos(t::text, '{hex}') > 0"));
        }

        return found;
    }
}
