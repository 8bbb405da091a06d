using System.Text.Json;
using Fayo.Calls.Events.Dispatch;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>What happens to calls is written for other systems with the call itself, and each of them gets it in order.</summary>
public sealed class OutboxTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private const string Kafka = "kafka";
    private const string Webhook = "webhook:example.org:12345678";

    private static readonly EventSubscription[] Subscriptions =
    [
        new(Kafka, EventSubscription.AllKinds), new(Webhook, new HashSet<TimelineKind> { TimelineKind.Ended }),
    ];

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(23);

    private Silo _silo = null!;
    private Silo _other = null!;

    public async ValueTask InitializeAsync()
    {
        await database.EmptyAsync();
        _silo = new Silo(database.Settings, subscriptions: Subscriptions);
        _other = new Silo(database.Settings, subscriptions: Subscriptions);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_written_where_nobody_subscribes()
    {
        await using var silo = new Silo(database.Settings);
        var more = silo.OutboxSignal.Next;
        await OpenAsync(silo);

        Assert.Equal(0, await database.ReadAsync<long>("SELECT count(*) FROM outbox"));
        Assert.False(more.IsCompleted);
    }

    [Fact]
    public async Task The_events_of_a_call_are_written_with_it_for_those_who_want_them()
    {
        var more = _silo.OutboxSignal.Next;
        var call = await OpenAsync(_silo);
        Assert.True(more.IsCompleted);
        var created = Assert.Single(await TakeAsync(_silo, Kafka));
        Assert.Equal(
            ($"evt_{call.Id}_1", "created", Calls.Noon, 0, (DateTimeOffset?)null, Calls.Noon + Lease),
            (created.Id, created.Kind, created.At, created.Attempts, created.FirstTriedAt, created.LeasedUntil));
        using var session = JsonDocument.Parse(created.Session);
        Assert.Equal(call.Id, session.RootElement.GetProperty("id").GetString());
        Assert.Equal(2, session.RootElement.GetProperty("version").GetInt32());
        Assert.Empty(await TakeAsync(_silo, Webhook));

        await EndAsync(_silo, call);
        var ended = Assert.Single(await TakeAsync(_silo, Webhook));
        Assert.Equal(($"evt_{call.Id}_3", "ended"), (ended.Id, ended.Kind));
    }

    [Fact]
    public async Task A_change_that_is_not_written_is_told_to_nobody()
    {
        var call = await OpenAsync(_silo);
        var stale = await _other.ReadAsync(call.Id);
        await EndAsync(_silo, call);

        var outcome = await _other.TryWriteAsync(stale, Calls.Active(stale.State!), Step(3, TimelineKind.Active));

        Assert.IsType<CallWriteOutcome.OtherVersion>(outcome);
        Assert.Equal("1 created, 3 ended", await database.ReadAsync<string>(
            $"SELECT string_agg(version || ' ' || kind, ', ' ORDER BY version) FROM outbox WHERE destination = '{Kafka}'"));
    }

    [Fact]
    public async Task A_later_event_of_a_call_waits_until_the_earlier_one_is_sent_and_other_destinations_do_not_wait()
    {
        var call = await OpenAsync(_silo);
        await EndAsync(_silo, call);

        var first = Assert.Single(await TakeAsync(_silo, Kafka));
        Assert.Equal(1, first.Version);
        Assert.Empty(await TakeAsync(_other, Kafka, 10));
        await RecordAsync(_silo, Kafka, Failed(first, 1, retryAt: 3600), 1);
        Assert.Empty(await TakeAsync(_other, Kafka, 3599));
        Assert.Equal(3, Assert.Single(await TakeAsync(_silo, Webhook, 2)).Version);

        var again = Assert.Single(await TakeAsync(_other, Kafka, 3600));
        Assert.Equal((first.Id, 1, Calls.Noon.AddSeconds(1)), (again.Id, again.Attempts, again.FirstTriedAt));
        await RecordAsync(_other, Kafka, Sent(again, 3601), 3601);
        Assert.Equal(3, Assert.Single(await TakeAsync(_silo, Kafka, 3601)).Version);
        Assert.Equal("", await database.ReadAsync<string>($"SELECT session FROM outbox WHERE version = 1 AND destination = '{Kafka}'"));
    }

    [Fact]
    public async Task An_event_of_a_silo_that_died_is_taken_by_another_and_what_the_dead_one_says_late_does_not_count()
    {
        await OpenAsync(_silo);
        var taken = Assert.Single(await TakeAsync(_silo, Kafka));
        Assert.Empty(await TakeAsync(_other, Kafka, 22.9));
        var again = Assert.Single(await TakeAsync(_other, Kafka, 23));

        await RecordAsync(_silo, Kafka, Sent(taken, 24), 24);
        Assert.Equal(0, await database.ReadAsync<long>("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL"));
        await RecordAsync(_other, Kafka, Sent(again, 25), 25);
        Assert.Equal(1, await database.ReadAsync<long>("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL"));
    }

    [Fact]
    public async Task Many_silos_at_once_take_no_event_twice_and_every_call_in_order()
    {
        for (var i = 0; i < 30; i++)
        {
            await EndAsync(_silo, await OpenAsync(_silo));
        }

        var sent = new List<OutboxEvent>();
        // By a time that moves on, so that an event that was passed over for a second is due again.
        for (var second = 1; second <= 20 && sent.Count < 60; second++)
        {
            var now = second;
            await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
            {
                var silo = i % 2 == 0 ? _silo : _other;
                var batch = await TakeAsync(silo, Kafka, now, limit: 7);
                lock (sent)
                {
                    sent.AddRange(batch);
                }

                await silo.Outbox.RecordAsync(
                    Kafka, [.. batch.Select(taken => Sent(taken, now))], Calls.Noon.AddSeconds(now), CancellationToken.None);
            }));
        }

        Assert.Equal(60, sent.Select(one => one.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(60, sent.Count);
        Assert.All(sent.GroupBy(one => one.CallId), call => Assert.Equal([1, 3], call.Select(one => one.Version)));
    }

    [Fact]
    public async Task A_parked_event_is_listed_holds_nothing_up_and_is_tried_again_when_staff_want_it()
    {
        var call = await OpenAsync(_silo);
        await EndAsync(_silo, call);
        var first = Assert.Single(await TakeAsync(_silo, Kafka));
        await RecordAsync(_silo, Kafka, Parked(first, 5), 5);

        Assert.Equal(3, Assert.Single(await TakeAsync(_silo, Kafka, 5)).Version);
        var parked = Assert.Single(await _silo.ParkedEvents.ListAsync(null, 10, CancellationToken.None));
        Assert.Equal(
            (call.Id, 1, Kafka, "created", Calls.Noon.AddSeconds(5), 1, "HTTP 410"),
            (parked.CallId, parked.Version, parked.Destination, parked.Kind, parked.ParkedAt, parked.Attempts, parked.Error));

        Assert.Equal([Kafka], await RetryAsync(call.Id, 1));
        Assert.Empty(await RetryAsync(call.Id, 1));
        Assert.Empty(await _silo.ParkedEvents.ListAsync(null, 10, CancellationToken.None));
        var again = Assert.Single(await TakeAsync(_silo, Kafka, 10));
        Assert.Equal((first.Id, 0, null, first.Session), (again.Id, again.Attempts, again.FirstTriedAt, again.Session));
    }

    [Fact]
    public async Task Parked_events_come_in_pages_the_last_parked_first()
    {
        for (var i = 0; i < 5; i++)
        {
            await OpenAsync(_silo);
        }

        // Three at the very same time.
        var taken = await TakeAsync(_silo, Kafka);
        await _silo.Outbox.RecordAsync(
            Kafka, [.. taken.Select((one, i) => Parked(one, Math.Min(i, 2)))], Calls.Noon, CancellationToken.None);

        var listed = new List<ParkedEvent>();
        for (ParkedEventCursor? after = null; ;)
        {
            var page = await _silo.ParkedEvents.ListAsync(after, 2, CancellationToken.None);
            listed.AddRange(page);
            if (page.Count < 2)
            {
                break;
            }

            after = page[^1].Cursor;
        }

        Assert.Equal(5, listed.Select(one => one.CallId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal([2, 2, 2, 1, 0], listed.Select(one => (one.ParkedAt - Calls.Noon).TotalSeconds));
    }

    [Fact]
    public async Task A_broker_that_is_gone_for_an_hour_gets_everything_in_order_and_once()
    {
        var clock = new FakeTimeProvider(Calls.Noon);
        var rule = RetryRule.Default;
        Availability[] known = [new(clock), new(clock)];
        Silo[] silos = [_silo, _other];
        List<StoredCall> open = [];
        List<OutboxEvent> sent = [];
        var attempts = 0;
        for (var second = 0; second < 3720; second += 5)
        {
            if (second < 3600 && second % 300 == 0)
            {
                open.Add(await OpenAsync(_silo));
            }

            if (second < 3600 && second % 300 == 150)
            {
                await EndAsync(_other, open[^1]);
            }

            var (silo, availability) = (silos[second % 2], known[second % 2]);
            if (availability.AvailableAt <= clock.GetUtcNow())
            {
                foreach (var taken in await TakeAsync(silo, Kafka, second, limit: 100))
                {
                    attempts++;
                    SendOutcome outcome = second < 3600 ? new SendOutcome.Unavailable("Local_MsgTimedOut") : SendOutcome.Sent.Instance;
                    if (outcome is SendOutcome.Sent)
                    {
                        sent.Add(taken);
                        availability.NoteAvailable();
                    }
                    else
                    {
                        availability.NoteUnavailable(retryAfter: null);
                    }

                    var result = rule.Decide(taken, outcome, availability.AvailableAt, clock.GetUtcNow(), jitter: 0);
                    await RecordAsync(silo, Kafka, result, second);
                }
            }

            clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(12, open.Count);
        Assert.Equal(24, sent.Count);
        Assert.All(sent.GroupBy(one => one.CallId), call => Assert.Equal([1, 3], call.Select(one => one.Version)));
        Assert.Equal(0, await database.ReadAsync<long>($"SELECT count(*) FROM outbox WHERE destination = '{Kafka}' AND sent_at IS NULL"));
        // It was tried again and again, and not all the time.
        Assert.InRange(attempts, 24 + 60, 24 + (12 * 2 * 75));
    }

    [Fact]
    public async Task Events_are_deleted_some_time_after_they_were_sent_or_parked()
    {
        var calls = new List<StoredCall> { await OpenAsync(_silo), await OpenAsync(_silo), await OpenAsync(_silo) };
        var taken = await TakeAsync(_silo, Kafka);
        OutboxEvent Of(int i) => taken.First(one => one.CallId == calls[i].Id);
        await _silo.Outbox.RecordAsync(
            Kafka, [Sent(Of(0), 10), Parked(Of(1), 10), Failed(Of(2), 1, retryAt: 60)], Calls.Noon, CancellationToken.None);

        Assert.Equal(0, await DeleteAsync(sentBefore: 10, parkedBefore: 0));
        Assert.Equal(1, await DeleteAsync(sentBefore: 11, parkedBefore: 0));
        // What still waits goes with what is parked, by the time at which it happened.
        Assert.Equal(1, await DeleteAsync(sentBefore: 11, parkedBefore: 10));
        Assert.Equal(1, await DeleteAsync(sentBefore: 11, parkedBefore: 11));
        Assert.Equal(0, await database.ReadAsync<long>("SELECT count(*) FROM outbox"));

        Task<int> DeleteAsync(int sentBefore, int parkedBefore) => _silo.Retention.DeleteEventsAsync(
            Calls.Noon.AddSeconds(sentBefore), Calls.Noon.AddSeconds(parkedBefore), CancellationToken.None);
    }

    [Fact]
    public async Task What_waits_is_measured_by_destination()
    {
        Assert.Empty(await _silo.Outbox.MeasureAsync(CancellationToken.None));
        await OpenAsync(_silo);
        var call = await OpenAsync(_silo, Calls.Noon.AddSeconds(1));
        await EndAsync(_silo, call);
        await RecordAsync(_silo, Kafka, Parked((await TakeAsync(_silo, Kafka, 2)).First(one => one.CallId == call.Id), 2), 2);

        var measures = await _silo.Outbox.MeasureAsync(CancellationToken.None);
        Assert.Equal(
            [new(Kafka, 2, Calls.Noon, 1), new OutboxMeasure(Webhook, 1, Calls.Noon, 0)],
            measures.OrderBy(measure => measure.Destination, StringComparer.Ordinal));
    }

    private static async Task<StoredCall> OpenAsync(Silo silo, DateTimeOffset? at = null)
    {
        var state = Calls.New(initiator: "user " + Guid.NewGuid().ToString("n"), at: at);
        var call = new StoredCall(state.Session.Id);
        await silo.WriteAsync(call, state, Calls.Opening(state));
        return call;
    }

    private static Task EndAsync(Silo silo, StoredCall call) =>
        silo.WriteAsync(call, Calls.Ended(call.State!), Step(call.State!.Session.Version + 1, TimelineKind.Ended));

    private static CallEvent Step(int version, TimelineKind kind) =>
        new() { Version = version, At = Calls.Noon, Kind = kind, Status = CallStatus.Completed };

    private static async Task<IReadOnlyList<OutboxEvent>> TakeAsync(Silo silo, string destination, double seconds = 0, int limit = 50) =>
        (await silo.Outbox.TakeAsync(destination, Calls.Noon.AddSeconds(seconds), limit, Lease, CancellationToken.None)).Events;

    private static Task RecordAsync(Silo silo, string destination, OutboxResult result, double seconds) =>
        silo.Outbox.RecordAsync(destination, [result], Calls.Noon.AddSeconds(seconds), CancellationToken.None);

    private Task<IReadOnlyList<string>> RetryAsync(string callId, int version) =>
        _silo.ParkedEvents.RetryAsync(callId, version, Calls.Noon.AddSeconds(10), CancellationToken.None);

    private static OutboxResult Sent(OutboxEvent taken, double at) =>
        new(taken, OutboxState.Sent, Calls.Noon.AddSeconds(at), taken.Attempts, Calls.Noon.AddSeconds(at), Error: null);

    private static OutboxResult Parked(OutboxEvent taken, double at) =>
        new(taken, OutboxState.Parked, Calls.Noon.AddSeconds(at), taken.Attempts + 1, Calls.Noon.AddSeconds(at), "HTTP 410");

    private static OutboxResult Failed(OutboxEvent taken, double at, double retryAt) =>
        new(taken, OutboxState.Waiting, Calls.Noon.AddSeconds(retryAt), taken.Attempts + 1, Calls.Noon.AddSeconds(at), "HTTP 500");
}
