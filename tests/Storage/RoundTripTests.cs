using Fayo.Calls.Grains.Calls.Model;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class RoundTripTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task A_call_that_was_never_written_is_read_as_absent()
    {
        await using var silo = new Silo(database.Settings);
        var call = await silo.ReadAsync(CallIds.New(Calls.Noon));

        Assert.Null(call.State);
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_was_written()
    {
        await using var silo = new Silo(database.Settings);
        var random = new Random(20260301);
        for (var i = 0; i < 200; i++)
        {
            var first = AnyState(random, CallIds.New(Calls.Noon), isNew: true);
            var call = new StoredCall(first.Session.Id);
            await silo.WriteAsync(call, first, Calls.Opening(first));
            AssertSame(first, await silo.ReadAsync(first.Session.Id));

            // What identifies a call, and what its creator said, never changes; everything else may.
            var second = AnyState(random, first.Session.Id, isNew: false);
            second = second with
            {
                Session = second.Session with
                {
                    ChannelName = first.Session.ChannelName,
                    CallType = first.Session.CallType,
                    InitiatorId = first.Session.InitiatorId,
                    InitiatorName = first.Session.InitiatorName,
                    InitiatorRole = first.Session.InitiatorRole,
                    Metadata = first.Session.Metadata,
                    CreatedAt = first.Session.CreatedAt,
                },
            };
            await silo.WriteAsync(call, second);
            AssertSame(second, await silo.ReadAsync(first.Session.Id));
        }
    }

    [Fact]
    public async Task Every_entry_of_the_timeline_comes_back_as_it_was_written()
    {
        await using var silo = new Silo(database.Settings);
        var random = new Random(20260302);
        var state = Calls.New();
        var events = new List<CallEvent>();
        foreach (var kind in Enum.GetValues<TimelineKind>().Where(kind => kind != TimelineKind.Unknown))
        {
            foreach (var status in Enum.GetValues<CallStatus>().Where(status => status != CallStatus.Unknown))
            {
                events.Add(new CallEvent
                {
                    Version = events.Count + 1,
                    At = AnyTime(random),
                    Kind = kind,
                    Status = status,
                    By = Maybe(random, AnyText),
                    Device = Maybe(random, AnyText),
                    Detail = Maybe(random, AnyText),
                });
            }
        }

        state = state with { Session = state.Session with { Version = events.Count } };
        await silo.WriteAsync(new StoredCall(state.Session.Id), state, [.. events]);
        var timeline = await silo.Reader.ReadTimelineAsync(state.Session.Id, CancellationToken.None);

        Assert.Equal(state.Session, timeline!.Session);
        Assert.Equal(events.Select(e => new TimelineEntry(e.Version, e.At, e.Kind, e.By, e.Device, e.Status, e.Detail)), timeline.Entries);
    }

    [Fact]
    public async Task The_timeline_is_written_by_the_transaction_that_writes_the_call()
    {
        await using var silo = new Silo(database.Settings);
        var state = Calls.New();
        var call = new StoredCall(state.Session.Id);
        await silo.WriteAsync(call, state, Calls.Opening(state));
        var created = await database.ReadAsync<string>($"SELECT xmin::text FROM call_sessions WHERE id = '{state.Session.Id}'");
        await silo.WriteAsync(call, Calls.Next(state), Calls.Note(3));
        var changed = await database.ReadAsync<string>($"SELECT xmin::text FROM call_sessions WHERE id = '{state.Session.Id}'");

        Assert.NotEqual(created, changed);
        Assert.Equal(
            [created, created, changed],
            await database.ReadLinesAsync($"SELECT xmin::text FROM call_events WHERE call_id = '{state.Session.Id}' ORDER BY version"));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2,  "b" : null}""")]
    [InlineData("""{"nul":"\u0000","half":"\ud800","tab":"\t","ä":"💡"}""")]
    [InlineData("""{"number":1e400,"big":123456789012345678901234567890.10}""")]
    [InlineData("{}")]
    public async Task Metadata_stays_the_text_it_was(string metadata)
    {
        await using var silo = new Silo(database.Settings);
        var state = Calls.New();
        state = state with { Session = state.Session with { Metadata = metadata } };
        var call = new StoredCall(state.Session.Id);
        await silo.WriteAsync(call, state);
        await silo.WriteAsync(call, Calls.Next(state));

        Assert.Equal(metadata, (await silo.ReadAsync(state.Session.Id)).State!.Session.Metadata);
    }

    [Fact]
    public async Task Metadata_as_large_as_a_request_may_be_is_kept()
    {
        await using var silo = new Silo(database.Settings);
        var random = new byte[24 * 1024];
        new Random(1).NextBytes(random);
        var metadata = $$"""{"a":"{{Convert.ToHexString(random)}}"}""";
        var state = Calls.New();
        state = state with { Session = state.Session with { Metadata = metadata } };
        await silo.WriteAsync(new StoredCall(state.Session.Id), state);

        Assert.Equal(metadata, (await silo.ReadAsync(state.Session.Id)).State!.Session.Metadata);
    }

    [Fact]
    public async Task Details_that_a_newer_program_adds_or_an_older_one_lacks_do_not_matter()
    {
        await using var silo = new Silo(database.Settings);
        var state = Calls.New();
        await silo.WriteAsync(new StoredCall(state.Session.Id), state);
        await database.ExecuteAsync(
            $$"""
            UPDATE call_sessions SET details = '{"fromTomorrow":[1],"devices":[{"userId":"ann","colour":"red"}]}'
            WHERE id = '{{state.Session.Id}}'
            """);
        var details = (await silo.ReadAsync(state.Session.Id)).State!.Details;

        Assert.Equal(new CallDevice("ann", null, Rings: false, HasToken: false), Assert.Single(details.Devices));
        Assert.Empty(details.Watchers);
    }

    private static void AssertSame(CallState expected, StoredCall read)
    {
        var actual = read.State!;
        Assert.Equal(expected.Session, actual.Session);
        Assert.Equal(expected.NextDeadline, actual.NextDeadline);
        Assert.Equal(expected.Details.AnsweredDevice, actual.Details.AnsweredDevice);
        Assert.Equal(expected.Details.IsAnsweredUnnamed, actual.Details.IsAnsweredUnnamed);
        Assert.Equal(expected.Details.Devices, actual.Details.Devices, EqualityComparer<CallDevice>.Default);
        Assert.Equal(expected.Details.TokenLifetime, actual.Details.TokenLifetime);
        Assert.Equal(expected.Details.Watchers, actual.Details.Watchers, StringComparer.Ordinal);
    }

    private static CallState AnyState(Random random, string id, bool isNew) => new()
    {
        Session = new CallSession
        {
            Id = id,
            Version = isNew ? 2 : random.Next(3, 1000),
            Status = Any<CallStatus>(random),
            CallType = Any<CallType>(random),
            ChannelName = $"c {random.NextInt64()}",
            InitiatorId = AnyText(random),
            RecipientId = Maybe(random, AnyText),
            Metadata = Maybe(random, r => $$"""{"n": {{r.Next()}} }"""),
            CreatedAt = AnyTime(random),
            UpdatedAt = AnyTime(random),
            ExpiresAt = AnyTime(random),
            RingDeadline = MaybeTime(random),
            AnsweredAt = MaybeTime(random),
            StartedAt = MaybeTime(random),
            EndedAt = MaybeTime(random),
            EndReason = random.Next(3) == 0 ? null : Any<EndReason>(random),
            EndedBy = Maybe(random, AnyText),
            InitiatorName = Maybe(random, AnyText),
            InitiatorRole = Maybe(random, AnyText),
        },
        NextDeadline = MaybeTime(random),
        Details = random.Next(4) == 0 ? CallDetails.Empty : new CallDetails
        {
            AnsweredDevice = Maybe(random, AnyText),
            IsAnsweredUnnamed = random.Next(2) == 0,
            Devices =
            [
                .. Enumerable.Range(0, random.Next(4)).Select(_ =>
                    new CallDevice(AnyText(random), Maybe(random, AnyText), random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0)),
            ],
            Watchers = [.. Enumerable.Range(0, random.Next(3)).Select(_ => AnyText(random))],
            TokenLifetime = random.Next(2) == 0 ? null : TimeSpan.FromSeconds(random.Next(60, 86_401)),
        },
    };

    private static TEnum Any<TEnum>(Random random)
        where TEnum : struct, Enum => random.GetItems(Known<TEnum>(), 1)[0];

    private static string AnyText(Random random)
    {
        string[] parts = ["a", "Z", "7", " ", "\"", "\\", "'", "{", "}", "$1", "ä", "💡", "\n", ",", "NULL"];
        return string.Concat(random.GetItems(parts, random.Next(1, 12)));
    }

    private static string? Maybe(Random random, Func<Random, string> any) => random.Next(3) == 0 ? null : any(random);

    private static DateTimeOffset AnyTime(Random random) => Calls.Noon.AddMilliseconds(random.NextInt64(-100_000_000_000, 100_000_000_000));

    private static DateTimeOffset? MaybeTime(Random random) => random.Next(3) == 0 ? null : AnyTime(random);

    /// <summary>All values but the one that stands for those of a newer release, which is never written.</summary>
    private static TEnum[] Known<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Where(value => WireNames.Of(value) != WireNames.Unknown)];
}
