using System.Globalization;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Users who have blocked somebody, or do not want to be disturbed: what a new call to them finds.</summary>
public sealed class ReachabilityTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly CallAdmission Admission = new(new CallQuota(0, 0, 0, 0), 0, TimeSpan.Zero);

    [Fact]
    public async Task A_call_to_somebody_who_has_blocked_the_caller_is_written_and_silent()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben, carl) = (NewUser(), NewUser(), NewUser());
        await BlockAsync(silo, ben, ann);

        Assert.Equal(CallSilence.Blocked, await OpenAsync(silo, ann, ben));
        Assert.Null(await OpenAsync(silo, ben, ann));
        Assert.Null(await OpenAsync(silo, carl, ben));
        Assert.Null(await OpenAsync(silo, ann, ben, Admission with { OverridesBlocking = true }));
        await silo.BlockList.UnblockAsync(ben, ann, CancellationToken.None);
        Assert.Null(await OpenAsync(silo, ann, ben));
    }

    [Fact]
    public async Task A_call_to_somebody_who_does_not_want_to_be_disturbed_is_silent_until_the_time_has_passed()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        await silo.DoNotDisturb.SetAsync(ben, DateTimeOffset.UtcNow.AddHours(1), CancellationToken.None);

        Assert.Equal(CallSilence.DoNotDisturb, await OpenAsync(silo, ann, ben));
        Assert.Null(await OpenAsync(silo, ann, ben, Admission with { OverridesDoNotDisturb = true }));
        Assert.Equal(CallSilence.DoNotDisturb, await OpenAsync(silo, ann, ben, Admission with { OverridesBlocking = true }));
        Assert.NotNull(await silo.DoNotDisturb.ReadAsync(ben, CancellationToken.None));

        await silo.DoNotDisturb.SetAsync(ben, DateTimeOffset.UtcNow.AddHours(-1), CancellationToken.None);
        Assert.Null(await OpenAsync(silo, ann, ben));
        Assert.Null(await silo.DoNotDisturb.ReadAsync(ben, CancellationToken.None));

        await silo.DoNotDisturb.SetAsync(ben, DateTimeOffset.UtcNow.AddHours(1), CancellationToken.None);
        await silo.DoNotDisturb.ClearAsync(ben, CancellationToken.None);
        Assert.Null(await OpenAsync(silo, ann, ben));
    }

    [Fact]
    public async Task Silence_is_kept_while_the_call_changes()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        await BlockAsync(silo, ben, ann);
        var call = await WriteAsync(silo, ann, ben);
        await silo.WriteAsync(call, Calls.Next(call.State!), Calls.Note(3));

        Assert.Equal(CallSilence.Blocked, (await silo.ReadAsync(call.Id)).State!.Silence);
    }

    [Fact]
    public async Task Blocking_silences_the_call_that_rings_without_another_version_and_no_other_call()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben, carl) = (NewUser(), NewUser(), NewUser());
        var ringing = await WriteAsync(silo, ann, ben);
        var answered = await WriteAsync(silo, ann, ben);
        await silo.WriteAsync(answered, Calls.Answered(answered.State!));
        foreach (var (initiator, recipient) in ((string, string)[])[(ben, ann), (carl, ben)])
        {
            await WriteAsync(silo, initiator, recipient);
        }

        Assert.Equal([ringing.Id], (await BlockAsync(silo, ben, ann)).SilencedCalls);

        var read = await silo.ReadAsync(ringing.Id);
        Assert.Equal((CallSilence.Blocked, ringing.Version), (read.State!.Silence, read.Version));
        Assert.Null((await silo.ReadAsync(answered.Id)).State!.Silence);
        await silo.WriteAsync(ringing, Calls.Ended(ringing.State!));
    }

    [Fact]
    public async Task The_call_of_a_user_whose_role_overrides_goes_on_ringing()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        await silo.Users.NoteAsync([new UserProfile(ann, Role: "DOCTOR")], CancellationToken.None);
        await WriteAsync(silo, ann, ben);

        Assert.Empty((await BlockAsync(silo, ben, ann, "NURSE", "DOCTOR")).SilencedCalls);
        Assert.Single((await BlockAsync(silo, ben, ann, "NURSE")).SilencedCalls);
    }

    [Fact]
    public async Task A_list_of_blocked_users_is_told_latest_first_and_ends_somewhere()
    {
        await using var silo = new Silo(database.Settings);
        var ben = NewUser();
        await database.ExecuteAsync(
            $"INSERT INTO blocked_users SELECT '{ben}', 'user ' || n, now() - interval '1 day' FROM generate_series(1, 998) AS n");
        var since = (await BlockAsync(silo, ben, "ann")).At;
        await BlockAsync(silo, ben, "carl");

        Assert.Null(await silo.BlockList.BlockAsync(ben, "one more", [], CancellationToken.None));
        Assert.Equal(since, (await BlockAsync(silo, ben, "ann")).At);
        var list = await silo.BlockList.ListAsync(ben, CancellationToken.None);
        Assert.Equal((1000, "carl", "ann"), (list.Count, list[0].UserId, list[1].UserId));

        await silo.BlockList.UnblockAsync(ben, "user 1", CancellationToken.None);
        await BlockAsync(silo, ben, "one more");
    }

    [Fact]
    public async Task The_recipient_reads_nothing_of_a_blocked_call_and_of_one_that_was_not_to_disturb_once_it_has_ended()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben, carl) = (NewUser(), NewUser(), NewUser());
        await BlockAsync(silo, ben, ann);
        await silo.DoNotDisturb.SetAsync(ben, DateTimeOffset.UtcNow.AddHours(1), CancellationToken.None);
        var (blocked, undisturbed) = (await WriteAsync(silo, ann, ben), await WriteAsync(silo, carl, ben));

        Assert.Empty(await OpenIdsAsync(silo, ben));
        Assert.Empty(await ListIdsAsync(silo, ben, isOwn: true));
        Assert.Equal([blocked.Id], await OpenIdsAsync(silo, ann));
        Assert.Equal([blocked.Id], await ListIdsAsync(silo, ann, isOwn: true));

        await silo.WriteAsync(blocked, Calls.Ended(blocked.State!));
        await silo.WriteAsync(undisturbed, Calls.Ended(undisturbed.State!));
        Assert.Equal([undisturbed.Id], await ListIdsAsync(silo, ben, isOwn: true));
        Assert.Equal(2, (await ListIdsAsync(silo, ben, isOwn: false)).Count);
    }

    [Fact]
    public async Task A_silent_call_that_the_recipient_has_answered_by_calling_back_is_like_any_other()
    {
        await using var silo = new Silo(database.Settings);
        var (ann, ben) = (NewUser(), NewUser());
        await BlockAsync(silo, ben, ann);
        var call = await WriteAsync(silo, ann, ben);
        await silo.WriteAsync(call, Calls.Answered(call.State!));

        Assert.Equal([call.Id], await OpenIdsAsync(silo, ben));
        Assert.Equal([call.Id], await ListIdsAsync(silo, ben, isOwn: true));
    }

    [Fact]
    public async Task What_a_user_wished_is_deleted_with_the_user()
    {
        await using var silo = new Silo(database.Settings);
        var ben = NewUser();
        await silo.Users.NoteAsync([new UserProfile(ben)], CancellationToken.None);
        await BlockAsync(silo, ben, "ann");
        await silo.DoNotDisturb.SetAsync(ben, DateTimeOffset.UtcNow.AddDays(300), CancellationToken.None);

        await silo.Retention.DeleteUsersSeenBeforeAsync(DateTimeOffset.UtcNow.AddDays(1), CancellationToken.None);

        Assert.Empty(await silo.BlockList.ListAsync(ben, CancellationToken.None));
        Assert.Null(await silo.DoNotDisturb.ReadAsync(ben, CancellationToken.None));
    }

    private static string NewUser() => "user" + Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture);

    private static async Task<Blocking> BlockAsync(Silo silo, string user, string blocked, params string[] roles) =>
        Assert.IsType<Blocking>(await silo.BlockList.BlockAsync(user, blocked, roles, CancellationToken.None));

    private static async Task<StoredCall> WriteAsync(Silo silo, string initiator, string recipient)
    {
        var state = Calls.New(initiator: initiator, recipient: recipient);
        var call = new StoredCall(state.Session.Id);
        Assert.IsType<CallWriteOutcome.Written>(
            await silo.TryWriteAsync(call, state, CallClaims.None, Admission, Calls.Opening(state)));
        return call;
    }

    private static async Task<CallSilence?> OpenAsync(Silo silo, string initiator, string recipient, CallAdmission? admission = null)
    {
        var state = Calls.New(initiator: initiator, recipient: recipient);
        var call = new StoredCall(state.Session.Id);
        var written = Assert.IsType<CallWriteOutcome.Written>(
            await silo.TryWriteAsync(call, state, CallClaims.None, admission ?? Admission, Calls.Opening(state)));
        Assert.Equal(written.Silence, (await silo.ReadAsync(call.Id)).State!.Silence);
        return written.Silence;
    }

    private static async Task<List<string>> OpenIdsAsync(Silo silo, string user)
    {
        // The calls of these tests have expired by the clock of today.
        await using var then = new Silo(silo.Settings, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Calls.Noon));
        return [.. (await then.Reader.ListOpenAsync(user, CancellationToken.None)).Select(call => call.Id)];
    }

    private static async Task<List<string>> ListIdsAsync(Silo silo, string user, bool isOwn)
    {
        var page = await silo.Reader.ListAsync(new CallQuery { UserId = user, IsOwn = isOwn }, CancellationToken.None);
        return [.. page.Items.Select(call => call.Id)];
    }
}
