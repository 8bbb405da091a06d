using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class MonitorReaderTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Calls.Noon);
    private Silo _silo = null!;

    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("TRUNCATE call_sessions, call_events, call_claims");
        _silo = new Silo(database.Settings, _time);
    }

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task All_open_calls_are_read_with_the_recipients_devices_and_without_metadata()
    {
        var details = new CallDetails
        {
            AnsweredDevice = "tablet",
            Devices =
            [
                new CallDevice("ann", null, Rings: false, HasToken: true),
                new CallDevice("ben", "phone", Rings: true, HasToken: false, IsDelivered: true),
                new CallDevice("ben", "laptop", Rings: false, HasToken: false, IsDelivered: true),
                new CallDevice("ben", "tablet", Rings: true, HasToken: true, IsDelivered: true),
            ],
        };
        var answered = Calls.Answered(Calls.New()) with { Details = details };
        answered = answered with { Session = answered.Session with { Metadata = """{"room":1}""" } };
        await WriteAsync(answered);
        var ended = await WriteAsync(Calls.Ended(Calls.New()));

        var call = Assert.Single(await _silo.Monitor.ReadOpenAsync(CallSample.All, CancellationToken.None));

        Assert.Equal(answered.Session with { Metadata = null }, call.Session);
        Assert.Null(call.Silo);
        Assert.Equal(
            [
                new("phone", MonitoredDeviceState.Ringing), new("laptop", MonitoredDeviceState.Delivered),
                new("tablet", MonitoredDeviceState.Answered),
            ],
            call.Devices);
        Assert.Equal(ended, Assert.Single(await _silo.Monitor.ReadAsync([ended.Id, "call_unknown"], CancellationToken.None)).Session);
    }

    [Fact]
    public async Task The_rows_of_a_sample_are_those_of_the_calls_that_every_silo_counts_as_in_it()
    {
        var sample = new CallSample(64);
        string[] ids = ["call_3f", "call_40", "call_Zz", "call_00", "cm-_", "7", "z"];
        foreach (var id in ids)
        {
            var state = Calls.New();
            await WriteAsync(state with { Session = state.Session with { Id = id } });
        }

        var rows = await _silo.Monitor.ReadOpenAsync(sample, CancellationToken.None);

        Assert.Equal(
            ids.Where(sample.Contains).Order(StringComparer.Ordinal),
            rows.Select(row => row.Session.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pages_of_open_calls_joined_are_the_whole_list_and_conditions_narrow_it()
    {
        CallState[] states =
        [
            .. Enumerable.Range(0, 30).Select(i => Calls.New(
                initiator: $"Ann {i % 3}", recipient: $"ben {i}", at: Calls.Noon.AddSeconds(i / 4))),
        ];
        await Task.WhenAll(states.Select(state => WriteAsync(state)));
        await WriteAsync(Calls.Ended(Calls.New(initiator: "Ann 1")));
        var active = await WriteAsync(Calls.Active(Calls.New(initiator: "zoe", recipient: "Yan", at: Calls.Noon.AddMinutes(-1))));
        var expected = states.Select(state => state.Session.Id).Reverse().Append(active.Id)
            .OrderByDescending(
                id => id == active.Id ? DateTimeOffset.MinValue : states.Single(state => state.Session.Id == id).Session.CreatedAt)
            .ThenByDescending(id => id, StringComparer.Ordinal);

        Assert.Equal(expected, await ReadPagesAsync(new OpenCallQuery { Limit = 7 }));
        Assert.Equal(10, (await ReadPagesAsync(new OpenCallQuery { Limit = 4, Search = "aNN 1" })).Count);
        Assert.Equal([active.Id], await ReadPagesAsync(new OpenCallQuery { Status = CallStatus.Active }));
        Assert.Equal([active.Id], await ReadPagesAsync(new OpenCallQuery { Search = "yan" }));
        Assert.Equal([active.Id], await ReadPagesAsync(new OpenCallQuery { Search = active.Id[10..] }));
        Assert.Empty(await ReadPagesAsync(new OpenCallQuery { Search = "%" }));
    }

    [Fact]
    public async Task The_numbers_are_those_of_the_calls_that_ended_in_the_last_hour_and_of_the_open_ones()
    {
        await WriteAsync(Answered(Ended(At(-90), -70, EndReason.Hangup), -89));
        await WriteAsync(Answered(Ended(At(-61), -40, EndReason.Hangup), -59.5));
        await WriteAsync(Ended(At(-20), -19, EndReason.NoAnswer));
        await WriteAsync(Ended(At(-20), -19.5, EndReason.Declined));
        await WriteAsync(Ended(At(-20), -19.5, EndReason.AdminEnded));
        await WriteAsync(Ended(At(-5, recipient: null), -1, EndReason.TokenExpired));
        await WriteAsync(Answered(At(-2), -1.9));
        var active = Answered(At(-2), -1.9);
        await WriteAsync(active with { Session = active.Session with { Status = CallStatus.Active } });
        await WriteAsync(At(-0.2));

        var numbers = await _silo.Monitor.ReadStatisticsAsync(CancellationToken.None);

        Assert.Equal(Calls.Noon, numbers.At);
        Assert.Equal(new OpenCallCount(Pending: 1, Ringing: 0, Answered: 1, Active: 1), numbers.Open);
        Assert.Equal(60, numbers.Minutes.Count);
        Assert.Equal(Calls.Noon.AddMinutes(-59), numbers.Minutes[0].At);
        Assert.Equal(Calls.Noon, numbers.Minutes[^1].At);
        // -61 and -90 came before the hour; -59.5 is in the minute that begins at -60, which is before it too.
        Assert.Equal(
            (7, 2, 1, 5),
            (Sum(numbers, m => m.Created), Sum(numbers, m => m.Answered), Sum(numbers, m => m.Missed), Sum(numbers, m => m.Ended)));
        Assert.Equal((3, 2), (Minute(numbers, -20).Created, Minute(numbers, -20).Ended));
        Assert.Equal((0, 1, 1), (Minute(numbers, -19).Created, Minute(numbers, -19).Ended, Minute(numbers, -19).Missed));
        Assert.Equal(
            [
                (EndReason.Hangup, 1), (EndReason.AdminEnded, 1), (EndReason.Declined, 1), (EndReason.NoAnswer, 1),
                (EndReason.TokenExpired, 1),
            ],
            numbers.EndReasons.Select(pair => (pair.Key, pair.Value)));
        Assert.InRange(numbers.AnswerTime.P50Ms!.Value, 6000 * 0.97, 6000 * 1.03);
        Assert.Equal(numbers.AnswerTime, Minute(numbers, -2).AnswerTime);
        Assert.Null(Minute(numbers, -20).AnswerTime.P50Ms);
    }

    [Fact]
    public async Task What_has_settled_is_not_read_again_and_what_comes_late_is_counted_once()
    {
        await WriteAsync(Ended(At(-10), -9, EndReason.NoAnswer));
        await WriteAsync(Ended(At(-1), -0.1, EndReason.Busy));
        Assert.Equal(2, Sum(await ReadAsync(), m => m.Ended));

        // As if it had never been: only what is not settled is seen to go.
        await database.ExecuteAsync("DELETE FROM call_sessions");
        await WriteAsync(Ended(At(-1), -0.2, EndReason.Declined));
        _time.Advance(TimeSpan.FromSeconds(1));
        var numbers = await ReadAsync();
        Assert.Equal([EndReason.Declined, EndReason.NoAnswer], numbers.EndReasons.Keys);

        foreach (var seconds in new[] { 20, 1, 60, 1, 600 })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(2, Sum(await ReadAsync(), m => m.Ended));
        }

        _time.Advance(TimeSpan.FromMinutes(70));
        Assert.Equal(0, Sum(await ReadAsync(), m => m.Ended));
    }

    [Fact]
    public async Task A_call_counts_once_in_every_minute_that_it_concerns_however_often_it_is_read_while_it_is_open()
    {
        var open = Answered(At(-3), -2);
        var call = new StoredCall(open.Session.Id);
        await _silo.WriteAsync(call, open);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((1, 1, 0), Totals(await ReadAsync()));
            _time.Advance(TimeSpan.FromSeconds(20));
        }

        var ended = open with
        {
            Session = open.Session with
            {
                Version = 9,
                Status = CallStatus.Completed,
                EndedAt = _time.GetUtcNow(),
                EndReason = EndReason.Hangup,
            },
            NextDeadline = null,
        };
        await _silo.WriteAsync(call, ended);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((1, 1, 1), Totals(await ReadAsync()));
            _time.Advance(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task Asked_again_within_a_second_the_database_is_not_asked()
    {
        var first = await ReadAsync();
        await WriteAsync(At(-1));
        _time.Advance(TimeSpan.FromMilliseconds(900));

        Assert.Same(first, await ReadAsync());
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, (await ReadAsync()).Open.Pending);
    }

    private static (int Created, int Answered, int Ended) Totals(CallStatistics numbers) =>
        (Sum(numbers, m => m.Created), Sum(numbers, m => m.Answered), Sum(numbers, m => m.Ended));

    private static int Sum(CallStatistics numbers, Func<CallMinute, int> count) => numbers.Minutes.Sum(count);

    private static CallMinute Minute(CallStatistics numbers, int minute) =>
        numbers.Minutes.Single(m => m.At == Calls.Noon.AddMinutes(minute));

    private static CallState At(double minute, string? recipient = "ben")
    {
        var state = Calls.New(recipient: recipient, at: Calls.Noon.AddMinutes(minute));
        return recipient is null ? state with { Session = state.Session with { RingDeadline = null } } : state;
    }

    private static CallState Answered(CallState state, double minute) => state with
    {
        Session = state.Session with
        {
            Status = state.Session.Status == CallStatus.Pending ? CallStatus.Ringing : state.Session.Status,
            AnsweredAt = Calls.Noon.AddMinutes(minute),
        },
    };

    private static CallState Ended(CallState state, double minute, EndReason reason)
    {
        var ended = Calls.Ended(state, Calls.Noon.AddMinutes(minute));
        return ended with { Session = ended.Session with { EndReason = reason } };
    }

    private Task<CallStatistics> ReadAsync() => _silo.Monitor.ReadStatisticsAsync(CancellationToken.None);

    private async Task<CallSession> WriteAsync(CallState state)
    {
        await _silo.WriteAsync(new StoredCall(state.Session.Id), state);
        return state.Session;
    }

    private async Task<List<string>> ReadPagesAsync(OpenCallQuery query)
    {
        var ids = new List<string>();
        do
        {
            var page = await _silo.Monitor.ListOpenAsync(query, CancellationToken.None);
            ids.AddRange(page.Items.Select(call => call.Session.Id));
            query = query with { After = page.Next };
        }
        while (query.After is not null);

        return ids;
    }
}
