using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class ClaimTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task Of_two_new_calls_between_two_people_the_second_is_refused_alone_and_told_of_the_first()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var (first, second, other) = (
            Calls.New(initiator: ann, recipient: ben),
            Calls.New(initiator: ben, recipient: ann),
            Calls.New(initiator: ann, recipient: NewUser()));
        await OpenAsync(silo, first);

        var writes = await Task.WhenAll(TryOpenAsync(silo, second), TryOpenAsync(silo, other));

        var held = Assert.Single(Assert.IsType<CallWriteOutcome.ClaimHeld>(writes[0]).Held);
        Assert.Equal((CallClaim.OfPair(ann, ben), first.Session.Id), (held.Claim, held.HolderId));
        Assert.IsType<CallWriteOutcome.Written>(writes[1]);
        Assert.Null((await silo.ReadAsync(second.Session.Id)).State);
        Assert.Equal(0, await database.ReadAsync<long>($"SELECT count(*) FROM call_events WHERE call_id = '{second.Session.Id}'"));
    }

    [Fact]
    public async Task Of_two_new_calls_between_two_people_that_wait_together_one_is_written()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var (one, two) = (Calls.New(initiator: ann, recipient: ben), Calls.New(initiator: ben, recipient: ann));

        var writes = await Task.WhenAll(TryOpenAsync(silo, one), TryOpenAsync(silo, two));

        Assert.IsType<CallWriteOutcome.Written>(writes[0]);
        Assert.Equal(one.Session.Id, Assert.Single(Assert.IsType<CallWriteOutcome.ClaimHeld>(writes[1]).Held).HolderId);
    }

    [Fact]
    public async Task Of_calls_between_two_people_created_at_the_same_moment_on_two_silos_exactly_one_is_written_and_named_to_the_others()
    {
        await using var here = new Silo(database.Settings);
        await using var there = new Silo(database.Settings);
        for (var round = 0; round < 30; round++)
        {
            var people = Enumerable.Range(0, 8).Select(_ => NewUser()).ToArray();
            CallState[] states = [.. Enumerable.Range(0, 16).Select(i => (People: people[(i / 4 * 2)..], IsBack: i % 4 > 1))
                .Select(call => Calls.New(initiator: call.People[call.IsBack ? 1 : 0], recipient: call.People[call.IsBack ? 0 : 1]))];

            var writes = await Task.WhenAll(
                [.. states.Select((state, i) => Task.Run(() => TryOpenAsync(i % 2 == 0 ? here : there, state)))]);

            foreach (var pair in states.Zip(writes).Chunk(4))
            {
                var winner = Assert.Single(pair, write => write.Second is CallWriteOutcome.Written).First;
                Assert.All(
                    pair.Where(write => write.First != winner),
                    write => Assert.Equal(
                        winner.Session.Id, Assert.Single(Assert.IsType<CallWriteOutcome.ClaimHeld>(write.Second).Held).HolderId));
            }
        }
    }

    [Fact]
    public async Task Two_people_may_call_each_other_again_once_the_call_between_them_was_answered_or_has_ended()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        foreach (var next in (Func<CallState, CallState>[])[Calls.Answered, state => Calls.Ended(state)])
        {
            var state = Calls.New(initiator: ann, recipient: ben);
            var call = await OpenAsync(silo, state);
            await MoveAsync(silo, call, next(state));
        }

        Assert.Empty(await ClaimsOfAsync(ann));
        await OpenAsync(silo, Calls.New(initiator: ben, recipient: ann));
    }

    [Fact]
    public async Task What_is_given_back_and_taken_by_writes_that_wait_together_changes_hands()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var state = Calls.New(initiator: ann, recipient: ben);
        var call = await OpenAsync(silo, state);
        var next = Calls.New(initiator: ben, recipient: ann);

        await Task.WhenAll(MoveAsync(silo, call, Calls.Ended(state)), OpenAsync(silo, next));

        Assert.Equal([next.Session.Id], await HoldersAsync(CallClaim.OfPair(ann, ben)));
    }

    [Fact]
    public async Task A_call_that_gets_only_one_of_its_two_people_gets_neither()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben, carl, dora) = (NewUser(), NewUser(), NewUser(), NewUser());
        await TalkAsync(silo, ann, ben);
        var state = Calls.New(initiator: carl, recipient: ben);
        var call = await OpenAsync(silo, state);

        var refusal = Assert.IsType<CallWriteOutcome.ClaimHeld>(await TryMoveAsync(silo, call, Calls.Active(state)));

        Assert.Equal([CallClaim.OfUser(ben)], refusal.Held.Select(held => held.Claim));
        Assert.Equal(CallStatus.Pending, (await silo.ReadAsync(state.Session.Id)).State!.Session.Status);
        await TalkAsync(silo, carl, dora);
    }

    [Fact]
    public async Task However_many_silos_let_people_talk_at_the_same_moment_nobody_talks_to_two()
    {
        await using var here = new Silo(database.Settings);
        await using var there = new Silo(database.Settings);
        var random = new Random(20261123);
        for (var round = 0; round < 30; round++)
        {
            string[] people = [.. Enumerable.Range(0, 6).Select(_ => NewUser())];
            var calls = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
            {
                random.Shuffle(people);
                var (state, silo) = (Calls.New(initiator: people[0], recipient: people[1]), i % 2 == 0 ? here : there);
                var call = new StoredCall(state.Session.Id);
                await silo.WriteAsync(call, state);
                return (Silo: silo, Call: call, State: Calls.Answered(state));
            }));

            var writes = await Task.WhenAll([.. calls.Select(c => Task.Run(async () =>
            {
                await MoveAsync(c.Silo, c.Call, c.State);
                return await TryMoveAsync(c.Silo, c.Call, Calls.Active(c.State));
            }))]);

            Assert.All(
                writes, outcome => Assert.True(outcome is CallWriteOutcome.Written or CallWriteOutcome.ClaimHeld, outcome.ToString()));
            var talking = calls.Zip(writes).Where(c => c.Second is CallWriteOutcome.Written)
                .SelectMany(c => (string[])[c.First.State.Session.InitiatorId, c.First.State.Session.RecipientId!]).ToList();
            Assert.NotEmpty(talking);
            Assert.Equal(talking.Distinct().Count(), talking.Count);
        }
    }

    [Fact]
    public async Task A_claim_that_is_only_required_stops_the_write_but_is_not_taken()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var talk = await TalkAsync(silo, ann, ben);
        var requiring = new CallClaims([], [CallClaim.OfUser(ben)], []);
        CallState[] states = [.. Enumerable.Range(0, 3).Select(_ => Calls.New())];

        var refused = await Task.WhenAll(
            [.. states.Select(state => silo.TryWriteAsync(new StoredCall(state.Session.Id), state, requiring))]);
        await MoveAsync(silo, talk, Calls.Ended(talk.State!));
        await Task.WhenAll(states.Select(state => silo.WriteAsync(new StoredCall(state.Session.Id), state, requiring)));

        Assert.All(
            refused, outcome => Assert.Equal(talk.Id, Assert.Single(Assert.IsType<CallWriteOutcome.ClaimHeld>(outcome).Held).HolderId));
        Assert.Empty(await ClaimsOfAsync(ben));
    }

    [Fact]
    public async Task A_write_over_an_old_version_neither_takes_nor_gives_back()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var call = await TalkAsync(silo, ann, ben);
        var state = call.State!;
        call.Version = 2;

        Assert.IsType<CallWriteOutcome.OtherVersion>(await TryMoveAsync(silo, call, Calls.Ended(state)));
        Assert.IsType<CallWriteOutcome.OtherVersion>(
            await silo.TryWriteAsync(call, Calls.Next(state), new CallClaims([CallClaim.OfPair(ann, ben)], [], [])));

        Assert.Equal(2, (await ClaimsOfAsync(ann)).Concat(await ClaimsOfAsync(ben)).Count());
        Assert.Empty(await HoldersAsync(CallClaim.OfPair(ann, ben)));
    }

    [Fact]
    public async Task A_first_write_of_a_call_that_exists_is_told_so_whoever_has_its_claims()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var state = Calls.New(initiator: ann, recipient: ben);
        await MoveAsync(silo, await OpenAsync(silo, state), Calls.Ended(state));
        await OpenAsync(silo, Calls.New(initiator: ann, recipient: ben));

        Assert.IsType<CallWriteOutcome.OtherVersion>(await TryOpenAsync(silo, state));
    }

    [Fact]
    public async Task Claims_that_a_silo_of_the_version_before_left_behind_stand_in_nobodys_way()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var ringing = Calls.New(initiator: ann, recipient: ben);
        var ringingCall = await OpenAsync(silo, ringing);
        await silo.WriteAsync(ringingCall, Calls.Answered(ringing));
        await silo.WriteAsync(ringingCall, Calls.Ended(ringingCall.State!));
        var talk = await TalkAsync(silo, ann, NewUser());
        await silo.WriteAsync(talk, Calls.Ended(talk.State!));

        var state = Calls.New(initiator: ben, recipient: ann);
        var call = await OpenAsync(silo, state);
        await MoveAsync(silo, call, Calls.Active(state));

        Assert.Equal([state.Session.Id], await HoldersAsync(CallClaim.OfUser(ann)));
    }

    [Fact]
    public async Task The_claims_of_a_call_go_with_its_end()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var talk = await TalkAsync(silo, ann, ben);
        await MoveAsync(silo, talk, Calls.Ended(talk.State!));

        Assert.Empty(await database.ReadLinesAsync($"SELECT claim FROM call_claims WHERE call_id = '{talk.Id}'"));
    }

    [Fact]
    public async Task The_name_of_a_channel_that_a_client_brought_is_kept_for_a_while_after_the_end_even_where_the_call_is_deleted()
    {
        await using var silo = new Silo(database.Settings);
        await using var other = new Silo(database.Settings);
        var channel = $"room {Guid.NewGuid():n}";
        var claim = CallClaim.OfChannel(channel);
        var call = await OpenAsync(silo, WithOwnChannel(channel));
        Assert.Equal(call.Id, Holder(await TryOpenAsync(other, WithOwnChannel(channel)), claim));

        var kept = new CallClaims([], [], []) { Kept = [new KeptClaim(claim, TimeSpan.FromMinutes(90))] };
        Assert.IsType<CallWriteOutcome.Written>(await silo.TryWriteAsync(call, Calls.Ended(call.State!), kept));
        Assert.Equal(["01:30"], await database.ReadLinesAsync(
            $"SELECT to_char(kept_until - now() + interval '30 s', 'HH24:MI') FROM call_claims WHERE claim = '{claim.Key}'"));

        await database.ExecuteAsync($"DELETE FROM call_sessions WHERE id = '{call.Id}'");
        Assert.Equal(call.Id, Holder(await TryOpenAsync(other, WithOwnChannel(channel)), claim));
        await database.ExecuteAsync($"UPDATE call_claims SET kept_until = now() WHERE claim = '{claim.Key}'");
        await OpenAsync(other, WithOwnChannel(channel));
    }

    [Fact]
    public async Task The_name_of_a_channel_is_kept_for_a_day_where_a_silo_of_the_version_before_ended_the_call()
    {
        await using var silo = new Silo(database.Settings);
        var channel = $"room {Guid.NewGuid():n}";
        var call = await OpenAsync(silo, WithOwnChannel(channel));
        await silo.WriteAsync(call, Calls.Ended(call.State!, DateTimeOffset.UtcNow.AddHours(-23)));
        Assert.Equal(call.Id, Holder(await TryOpenAsync(silo, WithOwnChannel(channel)), CallClaim.OfChannel(channel)));

        await database.ExecuteAsync($"UPDATE call_sessions SET ended_at = now() - interval '25 hours' WHERE id = '{call.Id}'");
        await OpenAsync(silo, WithOwnChannel(channel));
    }

    [Fact]
    public async Task The_key_of_a_request_stays_with_the_call_that_took_it_first_for_a_day_whatever_becomes_of_that()
    {
        await using var silo = new Silo(database.Settings);
        var request = Asked();
        var state = Calls.New(initiator: request.Initiator.UserId, recipient: request.RecipientId);
        var call = await AskAsync(silo, state, request);
        await MoveAsync(silo, call, Calls.Ended(state));

        foreach (var again in (CreateCall[])[request, request with { Metadata = "{}" }])
        {
            var held = Assert.Single(Assert.IsType<CallWriteOutcome.ClaimHeld>(await TryAskAsync(silo, Calls.New(), again)).Held);
            Assert.Equal((state.Session.Id, again == request, true), (held.HolderId, held.HasSameBody, held.IsFirst));
        }

        var key = CallClaim.OfRequest(request, request.Key!).Key;
        Assert.Equal(["24:00"], await database.ReadLinesAsync(
            "SELECT to_char(date_trunc('hour', kept_until - now() + interval '30 min'), 'HH24:MI') "
            + $"FROM call_claims WHERE claim = '{key}'"));
        await database.ExecuteAsync($"UPDATE call_claims SET kept_until = now() WHERE claim = '{key}'");
        var later = Calls.New();
        await AskAsync(silo, later, request with { Metadata = "{}" });
        Assert.Equal([later.Session.Id], await HoldersAsync(CallClaim.OfRequest(request, request.Key!)));
    }

    [Fact]
    public async Task The_key_of_a_request_that_a_call_has_already_is_refused_to_that_call_as_well()
    {
        await using var silo = new Silo(database.Settings);
        var request = Asked();
        var call = await OpenAsync(silo, Calls.New(initiator: NewUser(), recipient: NewUser()));
        var claims = new CallClaims([CallClaim.OfRequest(request, request.Key!)], [], []);
        await silo.WriteAsync(call, Calls.Next(call.State!), claims);

        var refusal = Assert.IsType<CallWriteOutcome.ClaimHeld>(await silo.TryWriteAsync(call, Calls.Next(call.State!), claims));

        Assert.Equal((call.Id, true, false), (refusal.Held[0].HolderId, refusal.Held[0].HasSameBody, refusal.Held[0].IsFirst));
    }

    [Fact]
    public async Task Of_requests_with_one_key_at_the_same_moment_on_two_silos_exactly_one_opens_a_call_which_is_named_to_the_others()
    {
        await using var here = new Silo(database.Settings);
        await using var there = new Silo(database.Settings);
        for (var round = 0; round < 30; round++)
        {
            var request = Asked();
            CallState[] states = [.. Enumerable.Range(0, 6).Select(_ => Calls.New())];

            var writes = await Task.WhenAll(
                [.. states.Select((state, i) => Task.Run(() => TryAskAsync(i % 2 == 0 ? here : there, state, request)))]);

            var winner = Assert.Single(states.Zip(writes), write => write.Second is CallWriteOutcome.Written).First;
            Assert.All(
                states.Zip(writes).Where(write => write.First != winner),
                write => Assert.Equal(
                    winner.Session.Id, Assert.Single(Assert.IsType<CallWriteOutcome.ClaimHeld>(write.Second).Held).HolderId));
        }
    }

    private static CallState WithOwnChannel(string channel) => Calls.New(channel: channel, initiator: NewUser(), recipient: NewUser()) with
    {
        Details = new CallDetails { TokenLifetime = TimeSpan.FromHours(1) },
    };

    private static string Holder(CallWriteOutcome outcome, CallClaim claim) =>
        Assert.IsType<CallWriteOutcome.ClaimHeld>(outcome).Find(claim)!.HolderId;

    private static CreateCall Asked() => new(new Caller(NewUser()), NewUser(), CallType.Video, null, null, Key: "once");

    /// <summary>Opens a call for a request with a key, and takes nothing else for it.</summary>
    private static async Task<StoredCall> AskAsync(Silo silo, CallState state, CreateCall request)
    {
        var call = new StoredCall(state.Session.Id);
        Assert.IsType<CallWriteOutcome.Written>(await TryAskAsync(silo, state, request, call));
        return call;
    }

    private static Task<CallWriteOutcome> TryAskAsync(Silo silo, CallState state, CreateCall request, StoredCall? call = null) =>
        silo.TryWriteAsync(
            call ?? new StoredCall(state.Session.Id),
            state,
            new CallClaims([CallClaim.OfRequest(request, request.Key!)], [], []),
            Calls.Opening(state));

    private static string NewUser() => $"user {Guid.NewGuid():n}";

    private static async Task<StoredCall> OpenAsync(Silo silo, CallState state)
    {
        var call = new StoredCall(state.Session.Id);
        Assert.IsType<CallWriteOutcome.Written>(await TryOpenAsync(silo, state, call));
        return call;
    }

    private static Task<CallWriteOutcome> TryOpenAsync(Silo silo, CallState state, StoredCall? call = null) =>
        silo.TryWriteAsync(call ?? new StoredCall(state.Session.Id), state, Change(null, state), Calls.Opening(state));

    private static async Task MoveAsync(Silo silo, StoredCall call, CallState next) =>
        Assert.IsType<CallWriteOutcome.Written>(await TryMoveAsync(silo, call, next));

    private static Task<CallWriteOutcome> TryMoveAsync(Silo silo, StoredCall call, CallState next) =>
        silo.TryWriteAsync(call, next, Change(call.State, next));

    private static async Task<StoredCall> TalkAsync(Silo silo, string initiator, string recipient)
    {
        var state = Calls.New(initiator: initiator, recipient: recipient);
        var call = await OpenAsync(silo, state);
        await MoveAsync(silo, call, Calls.Active(state));
        return call;
    }

    private static CallClaims Change(CallState? before, CallState after) => new(
        [.. CallClaims.HeldBy(after).Except(CallClaims.HeldBy(before))],
        [],
        [.. CallClaims.HeldBy(before).Except(CallClaims.HeldBy(after))]);

    private Task<IReadOnlyList<string>> ClaimsOfAsync(string user) =>
        database.ReadLinesAsync($"SELECT claim FROM call_claims WHERE claim LIKE '%{user}%'");

    private Task<IReadOnlyList<string>> HoldersAsync(CallClaim claim) =>
        database.ReadLinesAsync($"SELECT call_id FROM call_claims WHERE claim = '{claim.Key}'");
}
