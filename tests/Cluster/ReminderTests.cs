using System.Diagnostics;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

public interface IReminderGrain : IGrainWithStringKey
{
    Task Remind(string name, TimeSpan dueTime, TimeSpan period);

    Task<string?> Find(string name);

    Task Forget(string name);
}

public sealed class ReminderGrain(Journal journal) : Grain, IReminderGrain, IRemindable
{
    public Task Remind(string name, TimeSpan dueTime, TimeSpan period) => this.RegisterOrUpdateReminder(name, dueTime, period);

    public async Task<string?> Find(string name) => (await this.GetReminder(name))?.ReminderName;

    public async Task Forget(string name)
    {
        if (await this.GetReminder(name) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var early = status.CurrentTickTime < status.FirstTickTime ? " too early" : "";
        journal.Write($"{this.GetPrimaryKeyString()} {reminderName} every {status.Period.TotalMinutes} min{early}");
        return Task.CompletedTask;
    }
}

public interface IUnremindableGrain : IGrainWithStringKey
{
    Task Remind();
}

public sealed class UnremindableGrain : Grain, IUnremindableGrain
{
    public Task Remind() => this.RegisterOrUpdateReminder("never", TimeSpan.Zero, TimeSpan.FromMinutes(1));
}

public sealed class ReminderTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _key = "reminded:" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_reminder_comes_after_its_due_time()
    {
        await using var cluster = await StartAsync();

        await cluster.Grains.GetGrain<IReminderGrain>(_key).Remind("wake", TimeSpan.FromSeconds(1), Minute);

        await JournalOf(cluster).UntilAsync(_key, "wake every 1 min");
    }

    [Fact]
    public async Task A_reminder_survives_the_silo_and_wakes_its_grain_in_the_next_one()
    {
        await using (var cluster = await StartAsync())
        {
            var grain = cluster.Grains.GetGrain<IReminderGrain>(_key);
            await grain.Remind("wake", TimeSpan.FromSeconds(15), Minute);
            await grain.Remind("forgotten", TimeSpan.FromSeconds(15), Minute);
            await grain.Forget("forgotten");
            Assert.Empty(JournalOf(cluster).About(_key));
        }

        await using (var cluster = await StartAsync())
        {
            // Should the restart have taken longer than the due time, the next tick is a minute later.
            await Eventually.IsTrueAsync(
                () => Task.FromResult(JournalOf(cluster).About(_key).Length > 0), "The reminder did not come", TimeSpan.FromSeconds(100));
            Assert.Equal(["wake every 1 min"], JournalOf(cluster).About(_key));
        }
    }

    [Fact]
    public async Task A_reminder_can_be_found_changed_and_forgotten()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Grains.GetGrain<IReminderGrain>(_key);
        Assert.Null(await grain.Find("wake"));
        await grain.Remind("wake", TimeSpan.FromHours(1), Minute);
        Assert.Equal("wake", await grain.Find("wake"));

        await grain.Remind("wake", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        await JournalOf(cluster).UntilAsync(_key, "wake every 2 min");

        await grain.Forget("wake");
        Assert.Null(await grain.Find("wake"));
    }

    [Fact]
    public async Task A_reminder_that_was_forgotten_or_put_off_does_not_come()
    {
        await using var cluster = await StartAsync();
        var (key, isInTime) = ("", false);
        // Once more, where the machine stood still until they were due.
        for (var attempt = 0; !isInTime && attempt < 10; attempt++)
        {
            key = $"{_key}-{attempt}";
            var grain = cluster.Grains.GetGrain<IReminderGrain>(key);
            var start = Stopwatch.GetTimestamp();
            await grain.Remind("forgotten", TimeSpan.FromSeconds(3), Minute);
            await grain.Remind("put off", TimeSpan.FromSeconds(3), Minute);
            await grain.Forget("forgotten");
            await grain.Remind("put off", TimeSpan.FromHours(1), Minute);
            isInTime = Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(3);

            await grain.Remind("later", TimeSpan.FromSeconds(4), Minute);
        }

        await JournalOf(cluster).UntilAsync(key, "later every 1 min");
        Assert.Equal(["later every 1 min"], JournalOf(cluster).About(key));
    }

    [Fact]
    public async Task A_reminder_more_often_than_once_a_minute_is_refused()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Grains.GetGrain<IReminderGrain>(_key);

        await Assert.ThrowsAsync<ArgumentException>(() => grain.Remind("hurry", TimeSpan.Zero, TimeSpan.FromSeconds(59)));
        await Assert.ThrowsAsync<InvalidOperationException>(cluster.Grains.GetGrain<IUnremindableGrain>(_key).Remind);
    }

    /// <summary>The columns are those that Orleans 10.4.2 writes.</summary>
    [Fact]
    public async Task A_row_has_the_columns_that_Orleans_gives_it()
    {
        await using var cluster = await StartAsync("columns");
        await cluster.Grains.GetGrain<IReminderGrain>("reminded:columns").Remind("wake", TimeSpan.FromDays(100), TimeSpan.FromDays(30));

        var rows = await database.ReadLinesAsync(
            """
            SELECT concat_ws(' ', GrainId, ReminderName, Period, GrainHash, Version)
            FROM OrleansRemindersTable WHERE ServiceId = 'columns' AND ReminderName = 'wake'
            """);

        Assert.Equal(["reminder/reminded:columns wake 2592000000 51331015 0"], rows);
    }

    private static Journal JournalOf(CallCluster cluster) => cluster.Silos[0].ServiceProvider.GetRequiredService<Journal>();

    private Task<CallCluster> StartAsync(string serviceId = "cluster-tests") =>
        CallCluster.StartAsync(database.Settings, silos: 1, serviceId: serviceId);
}
