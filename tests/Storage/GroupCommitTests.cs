using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class GroupCommitTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task Writes_that_wait_together_are_committed_together()
    {
        await using var silo = new Silo(database.Settings);
        CallState[] states = [.. Enumerable.Range(0, 300).Select(_ => Calls.New())];
        await Task.WhenAll(states.Select(state => silo.WriteAsync(new StoredCall(state.Session.Id), state, Calls.Opening(state))));
        var ids = string.Join(',', states.Select(state => $"'{state.Session.Id}'"));

        Assert.Equal(300, await database.ReadAsync<long>($"SELECT count(*) FROM call_sessions WHERE id IN ({ids})"));
        Assert.Equal(600, await database.ReadAsync<long>($"SELECT count(*) FROM call_events WHERE call_id IN ({ids})"));
        Assert.InRange(await database.ReadAsync<long>($"SELECT count(DISTINCT xmin::text) FROM call_sessions WHERE id IN ({ids})"), 1, 30);
    }

    [Fact]
    public async Task More_writes_than_a_batch_holds_are_all_written()
    {
        await using var silo = new Silo(database.Settings);
        CallState[] states = [.. Enumerable.Range(0, 2000).Select(_ => Calls.New())];
        await Task.WhenAll(states.Select(state => silo.WriteAsync(new StoredCall(state.Session.Id), state)));
        var ids = string.Join(',', states.Select(state => $"'{state.Session.Id}'"));

        Assert.Equal(2000, await database.ReadAsync<long>($"SELECT count(*) FROM call_sessions WHERE id IN ({ids})"));
    }

    [Fact]
    public async Task A_write_over_an_old_version_fails_alone_and_leaves_no_trace()
    {
        await using var silo = new Silo(database.Settings);
        var (stale, current) = (Calls.New(), Calls.New());
        var (staleCall, currentCall) = (new StoredCall(stale.Session.Id), new StoredCall(current.Session.Id));
        await Task.WhenAll(silo.WriteAsync(staleCall, stale), silo.WriteAsync(currentCall, current));
        staleCall.Version = 1;

        var writes = await Task.WhenAll(
            silo.TryWriteAsync(staleCall, Calls.Next(stale), Calls.Note(3)),
            silo.TryWriteAsync(currentCall, Calls.Next(current), Calls.Note(3)));

        Assert.IsType<CallWriteOutcome.OtherVersion>(writes[0]);
        Assert.IsType<CallWriteOutcome.Written>(writes[1]);
        Assert.Equal(1, staleCall.Version);
        Assert.Equal(2, (await silo.ReadAsync(stale.Session.Id)).State!.Session.Version);
        Assert.Equal(3, (await silo.ReadAsync(current.Session.Id)).State!.Session.Version);
        Assert.Equal([current.Session.Id], await database.ReadLinesAsync(
            $"SELECT call_id FROM call_events WHERE call_id IN ('{stale.Session.Id}', '{current.Session.Id}')"));
    }

    [Fact]
    public async Task A_first_write_of_a_call_that_exists_fails_alone()
    {
        await using var silo = new Silo(database.Settings);
        var (taken, free) = (Calls.New(), Calls.New());
        await silo.WriteAsync(new StoredCall(taken.Session.Id), taken);

        var writes = await Task.WhenAll(
            silo.TryWriteAsync(new StoredCall(taken.Session.Id), taken with { NextDeadline = null }, Calls.Opening(taken)),
            silo.TryWriteAsync(new StoredCall(free.Session.Id), free));

        Assert.IsType<CallWriteOutcome.OtherVersion>(writes[0]);
        Assert.IsType<CallWriteOutcome.Written>(writes[1]);
        Assert.Equal(taken.NextDeadline, (await silo.ReadAsync(taken.Session.Id)).State!.NextDeadline);
    }

    [Fact]
    public async Task An_update_of_a_call_that_is_gone_fails()
    {
        await using var silo = new Silo(database.Settings);
        var state = Calls.New();
        var call = new StoredCall(state.Session.Id);
        call.Version = 2;

        Assert.IsType<CallWriteOutcome.OtherVersion>(await silo.TryWriteAsync(call, Calls.Next(state), Calls.Note(3)));
        Assert.Null((await silo.ReadAsync(state.Session.Id)).State);
    }

    [Fact]
    public async Task Two_writes_of_one_call_that_wait_together_are_made_one_after_the_other()
    {
        await using var silo = new Silo(database.Settings);
        CallState[] others = [.. Enumerable.Range(0, 50).Select(_ => Calls.New())];
        var state = Calls.New();
        Task[] writes =
        [
            .. others.Select(other => silo.WriteAsync(new StoredCall(other.Session.Id), other)),
            silo.WriteAsync(new StoredCall(state.Session.Id), state, Calls.Opening(state)),
            .. Enumerable.Range(2, 20).Select(version =>
            {
                var call = new StoredCall(state.Session.Id);
                call.Version = version;
                return silo.WriteAsync(
                    call, state with { Session = state.Session with { Version = version + 1 } }, Calls.Note(version + 1));
            }),
        ];
        await Task.WhenAll(writes);

        var timeline = await silo.Reader.ReadTimelineAsync(state.Session.Id, CancellationToken.None);
        Assert.Equal(22, timeline!.Session.Version);
        Assert.Equal(Enumerable.Range(1, 22), timeline.Entries.Select(entry => entry.Version));
    }

    [Fact]
    public async Task Of_two_writes_over_the_same_version_that_wait_together_the_second_fails()
    {
        await using var silo = new Silo(database.Settings);
        var state = Calls.New();
        var first = new StoredCall(state.Session.Id);
        await silo.WriteAsync(first, state);
        var second = await silo.ReadAsync(state.Session.Id);

        var writes = await Task.WhenAll(
            silo.TryWriteAsync(first, Calls.Next(state), Calls.Note(3)),
            silo.TryWriteAsync(second, Calls.Next(state) with { NextDeadline = Calls.Noon.AddDays(1) }, Calls.Note(3)));

        Assert.IsType<CallWriteOutcome.Written>(writes[0]);
        Assert.IsType<CallWriteOutcome.OtherVersion>(writes[1]);
        Assert.Equal(state.NextDeadline, (await silo.ReadAsync(state.Session.Id)).State!.NextDeadline);
    }

    [Fact]
    public async Task A_new_call_on_the_channel_of_an_open_one_fails_alone()
    {
        await using var silo = new Silo(database.Settings);
        var (holder, other) = (Calls.New(channel: "taken"), Calls.New());
        var intruder = Calls.New(channel: "taken");
        var held = new StoredCall(holder.Session.Id);
        await silo.WriteAsync(held, holder);

        var writes = await Task.WhenAll(
            silo.TryWriteAsync(new StoredCall(intruder.Session.Id), intruder, Calls.Opening(intruder)),
            silo.TryWriteAsync(new StoredCall(other.Session.Id), other));
        Assert.IsType<CallWriteOutcome.ChannelInUse>(writes[0]);
        Assert.IsType<CallWriteOutcome.Written>(writes[1]);
        Assert.Null(await silo.Reader.ReadTimelineAsync(intruder.Session.Id, CancellationToken.None));
        Assert.Equal(0, await database.ReadAsync<long>($"SELECT count(*) FROM call_events WHERE call_id = '{intruder.Session.Id}'"));

        // Free again as soon as its holder has ended.
        await silo.WriteAsync(held, Calls.Ended(holder));
        await silo.WriteAsync(new StoredCall(intruder.Session.Id), intruder);
    }

    [Fact]
    public async Task Of_two_new_calls_on_one_channel_that_wait_together_one_is_written()
    {
        await using var silo = new Silo(database.Settings);
        var (one, two) = (Calls.New(channel: "wanted"), Calls.New(channel: "wanted"));

        var writes = await Task.WhenAll(
            silo.TryWriteAsync(new StoredCall(one.Session.Id), one), silo.TryWriteAsync(new StoredCall(two.Session.Id), two));

        Assert.IsType<CallWriteOutcome.Written>(writes[0]);
        Assert.IsType<CallWriteOutcome.ChannelInUse>(writes[1]);
    }

    [Fact]
    public async Task Of_calls_on_one_channel_created_at_the_same_moment_on_two_silos_exactly_one_is_written()
    {
        await using var here = new Silo(database.Settings);
        await using var there = new Silo(database.Settings);
        for (var round = 0; round < 30; round++)
        {
            CallState[] states = [.. Enumerable.Range(0, 16).Select(i => Calls.New(channel: $"race {round} {i / 4}"))];
            var writes = await Task.WhenAll(
            [
                .. states.Select((state, i) => Task.Run(
                    () => (i % 2 == 0 ? here : there).TryWriteAsync(new StoredCall(state.Session.Id), state))),
            ]);

            foreach (var channel in states.Zip(writes).GroupBy(pair => pair.First.Session.ChannelName))
            {
                Assert.Single(channel, pair => pair.Second is CallWriteOutcome.Written);
                Assert.Equal(3, channel.Count(pair => pair.Second is CallWriteOutcome.ChannelInUse));
            }
        }
    }

    [Fact]
    public async Task Of_first_writes_of_one_call_at_the_same_moment_on_two_silos_exactly_one_wins()
    {
        await using var here = new Silo(database.Settings);
        await using var there = new Silo(database.Settings);
        for (var round = 0; round < 30; round++)
        {
            CallState[] states = [.. Enumerable.Range(0, 10).Select(_ => Calls.New())];
            var writes = await Task.WhenAll(states.Select(state => Task.WhenAll(
                Task.Run(() => here.TryWriteAsync(new StoredCall(state.Session.Id), state, Calls.Note(1))),
                Task.Run(() => there.TryWriteAsync(new StoredCall(state.Session.Id), state, Calls.Note(1))))));

            foreach (var pair in writes)
            {
                Assert.Single(pair, outcome => outcome is CallWriteOutcome.Written);
                Assert.Single(pair, outcome => outcome is CallWriteOutcome.OtherVersion);
            }
        }
    }

    [Fact]
    public async Task Of_writes_of_one_call_at_the_same_moment_on_two_silos_exactly_one_wins_each_version()
    {
        await using var here = new Silo(database.Settings);
        await using var there = new Silo(database.Settings);
        CallState[] states = [.. Enumerable.Range(0, 10).Select(_ => Calls.New())];
        await Task.WhenAll(states.Select(state => here.WriteAsync(new StoredCall(state.Session.Id), state)));
        for (var round = 0; round < 30; round++)
        {
            var writes = await Task.WhenAll(states.Select(async state =>
            {
                var (mine, theirs) = (await here.ReadAsync(state.Session.Id), await there.ReadAsync(state.Session.Id));
                var next = Calls.Next(mine.State!);
                return await Task.WhenAll(
                    Task.Run(() => here.TryWriteAsync(mine, next, Calls.Note(next.Session.Version))),
                    Task.Run(() => there.TryWriteAsync(theirs, next, Calls.Note(next.Session.Version))));
            }));

            foreach (var pair in writes)
            {
                Assert.Single(pair, outcome => outcome is CallWriteOutcome.Written);
                Assert.Single(pair, outcome => outcome is CallWriteOutcome.OtherVersion);
            }
        }
    }

    public static TheoryData<string> Poisons =>
    [
        "nul character in a device", "half a character in a remark", "metadata that is no JSON", "nul escape in details",
        "no such status", "same entry twice",
    ];

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task Data_that_the_database_does_not_accept_fails_alone(string poison)
    {
        await using var silo = new Silo(database.Settings);
        CallState[] sound = [.. Enumerable.Range(0, 40).Select(_ => Calls.New())];
        var (state, entry) = Poisoned(poison);
        CallWriteOutcome[] outcomes = await Task.WhenAll(
        [
            .. sound[..20].Select(s => silo.TryWriteAsync(new StoredCall(s.Session.Id), s, Calls.Opening(s))),
            silo.TryWriteAsync(
                new StoredCall(state.Session.Id),
                state,
                entry is null ? [] : [entry, entry with { Version = poison == "same entry twice" ? 1 : 2 }]),
            .. sound[20..].Select(s => silo.TryWriteAsync(new StoredCall(s.Session.Id), s, Calls.Opening(s))),
        ]);

        var refusal = Assert.IsType<CallWriteOutcome.Refused>(outcomes[20]);
        Assert.NotEmpty(refusal.Reason);
        Assert.DoesNotContain("sensitive", refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(40, outcomes.Count(outcome => outcome is CallWriteOutcome.Written));
        Assert.Null((await silo.ReadAsync(state.Session.Id)).State);
        foreach (var s in sound)
        {
            Assert.Equal(2, (await silo.Reader.ReadTimelineAsync(s.Session.Id, CancellationToken.None))!.Entries.Count);
        }
    }

    private static (CallState State, CallEvent? Entry) Poisoned(string poison)
    {
        var state = Calls.New();
        var entry = new CallEvent { Version = 1, At = Calls.Noon, Kind = TimelineKind.Note, Status = CallStatus.Pending };
        return poison switch
        {
            "nul character in a device" => (state, entry with { Device = "sensitive\0" }),
            "half a character in a remark" => (state, entry with { Detail = "sensitive\ud800" }),
            "metadata that is no JSON" => (state with { Session = state.Session with { Metadata = "sensitive" } }, null),
            "nul escape in details" => (state with { Details = new CallDetails { AnsweredDevice = "sensitive\0" } }, null),
            "no such status" => (state with { Session = state.Session with { Status = (CallStatus)99 } }, null),
            "same entry twice" => (state, entry),
            _ => throw new ArgumentOutOfRangeException(nameof(poison)),
        };
    }
}
