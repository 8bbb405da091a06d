using System.Globalization;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>How many calls a user may make, counted in the statement that writes a new call.</summary>
public sealed class QuotaTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly CallQuota NoQuota = new(0, 0, 0, 0);

    [Fact]
    public async Task Calls_that_wait_together_count_each_other()
    {
        await using var silo = new Silo(database.Settings);
        var ann = NewUser();

        var quota = NoQuota with { MaxOpen = 3 };

        var writes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TryOpenAsync(silo, ann, NewUser(), quota)));

        Assert.Equal(3, writes.Count(write => write is CallWriteOutcome.Written));
        Assert.All(
            writes.Where(write => write is not CallWriteOutcome.Written),
            write => Assert.Equal(new CallWriteOutcome.LimitReached(CallLimit.OpenCalls, 10), write));
        Assert.Equal(3, await database.ReadAsync<long>($"SELECT count(*) FROM call_sessions WHERE initiator_id = '{ann}'"));
        Assert.Equal(0, await database.ReadAsync<long>($"SELECT count(*) FROM call_claims WHERE claim LIKE '%{ann}%'"));
    }

    [Fact]
    public async Task Silos_that_commit_at_the_same_moment_exceed_a_limit_by_one_call_each_at_most()
    {
        await using var one = new Silo(database.Settings);
        await using var two = new Silo(database.Settings);
        await using var three = new Silo(database.Settings);
        Silo[] silos = [one, two, three];
        for (var round = 0; round < 10; round++)
        {
            var ann = NewUser();

            var writes = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
                Task.Run(() => TryOpenAsync(silos[i % 3], ann, NewUser(), NoQuota with { MaxOpen = 5 }))));

            Assert.InRange(writes.Count(write => write is CallWriteOutcome.Written), 5, 7);
        }
    }

    [Fact]
    public async Task The_calls_of_others_do_not_count()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var quota = new CallQuota(1, 1, 1, 1);
        await WriteAsync(silo, ann, ben, quota);

        // Ben has been called, and has called nobody.
        await WriteAsync(silo, ben, NewUser(), quota);
    }

    [Fact]
    public async Task A_call_that_has_ended_or_expired_is_not_open()
    {
        await using var silo = new Silo(database.Settings);
        var ann = NewUser();
        var quota = NoQuota with { MaxOpen = 1 };
        var first = await WriteAsync(silo, ann, NewUser(), quota);
        await silo.WriteAsync(first, Calls.Ended(first.State!));
        // Nobody ends the second one, and the sweep has not found it yet.
        await WriteAsync(silo, ann, NewUser(), quota);
        Assert.Equal(CallLimit.OpenCalls, await LimitAsync(silo, ann, NewUser(), quota, Calls.Noon.AddMinutes(59)));

        await WriteAsync(silo, ann, NewUser(), quota, Calls.Noon.AddMinutes(61));
    }

    [Fact]
    public async Task A_call_that_is_answered_or_has_rung_for_long_enough_does_not_ring()
    {
        await using var silo = new Silo(database.Settings);
        var ann = NewUser();
        var quota = NoQuota with { MaxRinging = 1 };
        var first = await WriteAsync(silo, ann, NewUser(), quota);
        Assert.Equal(CallLimit.RingingCalls, await LimitAsync(silo, ann, NewUser(), quota));
        await silo.WriteAsync(first, Calls.Answered(first.State!));
        await WriteAsync(silo, ann, NewUser(), quota);
        Assert.Equal(CallLimit.RingingCalls, await LimitAsync(silo, ann, NewUser(), quota, Calls.Noon.AddSeconds(44)));

        await WriteAsync(silo, ann, NewUser(), quota, Calls.Noon.AddSeconds(46));
    }

    [Fact]
    public async Task Calls_of_the_last_minute_count_also_when_they_have_ended_and_the_initiator_is_told_when_there_is_room()
    {
        await using var silo = new Silo(database.Settings);
        var ann = NewUser();
        var quota = NoQuota with { MaxPerMinute = 2 };
        foreach (var second in (int[])[0, 20])
        {
            var call = await WriteAsync(silo, ann, NewUser(), quota, Calls.Noon.AddSeconds(second));
            await silo.WriteAsync(call, Calls.Ended(call.State!, Calls.Noon.AddSeconds(second + 1)));
        }

        Assert.Equal(
            new CallWriteOutcome.LimitReached(CallLimit.CallsPerMinute, 35),
            await TryOpenAsync(silo, ann, NewUser(), quota, Calls.Noon.AddSeconds(25)));
        await WriteAsync(silo, ann, NewUser(), quota, Calls.Noon.AddSeconds(60));
    }

    [Fact]
    public async Task Calls_to_one_user_count_for_that_user_alone()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var quota = NoQuota with { MaxPerMinuteToUser = 2 };
        await WriteAsync(silo, ann, ben, quota);
        await WriteAsync(silo, ann, NewUser(), quota);
        await WriteAsync(silo, ann, ben, quota, Calls.Noon.AddSeconds(10));

        Assert.Equal(
            new CallWriteOutcome.LimitReached(CallLimit.CallsPerMinuteToUser, 45),
            await TryOpenAsync(silo, ann, ben, quota, Calls.Noon.AddSeconds(15)));
        await WriteAsync(silo, ann, NewUser(), quota, Calls.Noon.AddSeconds(15));
        await WriteAsync(silo, ann, ben, quota, Calls.Noon.AddSeconds(60));
    }

    [Fact]
    public async Task A_caller_who_cancels_again_and_again_waits_before_the_next_call_to_the_same_user()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        for (var i = 0; i < 3; i++)
        {
            await CancelAsync(silo, ann, ben, Calls.Noon.AddSeconds(20 * i));
        }

        // The last one was cancelled 41 seconds after noon.
        Assert.Equal(
            new CallWriteOutcome.LimitReached(CallLimit.CancelledCalls, 111),
            await TryOpenAsync(silo, ann, ben, NoQuota, Calls.Noon.AddSeconds(50), maxCancelled: 3));
        await WriteAsync(silo, ann, NewUser(), NoQuota, Calls.Noon.AddSeconds(50), maxCancelled: 3);
        await WriteAsync(silo, ben, ann, NoQuota, Calls.Noon.AddSeconds(50), maxCancelled: 3);
        await WriteAsync(silo, ann, ben, NoQuota, Calls.Noon.AddSeconds(161), maxCancelled: 3);
    }

    [Fact]
    public async Task Cancelled_calls_that_lie_further_apart_do_not_make_the_caller_wait()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        for (var i = 0; i < 3; i++)
        {
            await CancelAsync(silo, ann, ben, Calls.Noon.AddSeconds(70 * i));
        }

        await WriteAsync(silo, ann, ben, NoQuota, Calls.Noon.AddSeconds(150), maxCancelled: 3);
    }

    [Fact]
    public async Task Thousands_of_calls_before_do_not_hide_the_latest()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        await WriteAsync(silo, ann, NewUser(), NoQuota);
        await database.ReadAsync<long>($"""
            WITH added AS (
                INSERT INTO call_sessions
                SELECT (jsonb_populate_record(first, jsonb_build_object(
                    'id', first.id || number, 'answered_at', first.created_at, 'ended_at', first.created_at))).*
                FROM call_sessions AS first, generate_series(1, 5000) AS number
                WHERE first.initiator_id = '{ann}'
                RETURNING id)
            SELECT count(*) FROM added
            """);
        for (var i = 1; i <= 3; i++)
        {
            await CancelAsync(silo, ann, ben, Calls.Noon.AddSeconds(20 * i));
        }

        Assert.IsType<CallWriteOutcome.LimitReached>(
            await TryOpenAsync(silo, ann, ben, NoQuota, Calls.Noon.AddSeconds(70), maxCancelled: 3));
    }

    [Fact]
    public async Task Zero_stands_for_no_limit()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        for (var i = 0; i < 10; i++)
        {
            await CancelAsync(silo, ann, ben, Calls.Noon.AddSeconds(i), maxCancelled: 0);
            await WriteAsync(silo, ann, ben, NoQuota, Calls.Noon.AddSeconds(i), maxCancelled: 0);
        }
    }

    [Fact]
    public async Task A_call_that_rings_between_the_two_already_answers_also_when_a_limit_is_reached()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        var claims = new CallClaims([CallClaim.OfPair(ann, ben)], [], []);
        var quota = new CallQuota(1, 1, 1, 1);
        var ringing = await WriteAsync(silo, ann, ben, quota, claims: claims);

        var held = Assert.IsType<CallWriteOutcome.ClaimHeld>(await TryOpenAsync(silo, ann, ben, quota, claims: claims));

        Assert.Equal(ringing.Id, Assert.Single(held.Held).HolderId);
    }

    private static string NewUser() => "user" + Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture);

    private static async Task<StoredCall> WriteAsync(
        Silo silo,
        string initiator,
        string recipient,
        CallQuota quota,
        DateTimeOffset? at = null,
        int maxCancelled = 0,
        CallClaims? claims = null)
    {
        var state = Calls.New(initiator: initiator, recipient: recipient, at: at);
        var call = new StoredCall(state.Session.Id);
        Assert.IsType<CallWriteOutcome.Written>(await TryOpenAsync(silo, call, state, quota, maxCancelled, claims));
        return call;
    }

    private static async Task CancelAsync(Silo silo, string initiator, string recipient, DateTimeOffset at, int maxCancelled = 0)
    {
        var call = await WriteAsync(silo, initiator, recipient, NoQuota, at, maxCancelled);
        var ended = Calls.Ended(call.State!, at.AddSeconds(1));
        await silo.WriteAsync(
            call,
            ended with { Session = ended.Session with { Status = CallStatus.Cancelled, EndReason = EndReason.CallerCancelled } });
    }

    private static async Task<CallLimit> LimitAsync(
        Silo silo, string initiator, string recipient, CallQuota quota, DateTimeOffset? at = null) =>
        Assert.IsType<CallWriteOutcome.LimitReached>(await TryOpenAsync(silo, initiator, recipient, quota, at)).Limit;

    private static Task<CallWriteOutcome> TryOpenAsync(
        Silo silo,
        string initiator,
        string recipient,
        CallQuota quota,
        DateTimeOffset? at = null,
        int maxCancelled = 0,
        CallClaims? claims = null)
    {
        var state = Calls.New(initiator: initiator, recipient: recipient, at: at);
        return TryOpenAsync(silo, new StoredCall(state.Session.Id), state, quota, maxCancelled, claims);
    }

    private static Task<CallWriteOutcome> TryOpenAsync(
        Silo silo, StoredCall call, CallState state, CallQuota quota, int maxCancelled, CallClaims? claims) =>
        silo.TryWriteAsync(
            call,
            state,
            claims ?? CallClaims.None,
            new CallAdmission(quota, maxCancelled, TimeSpan.FromMinutes(2)),
            Calls.Opening(state));
}
