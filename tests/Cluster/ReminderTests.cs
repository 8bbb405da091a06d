using Fayo.Calls.Tests.Cluster.Support;

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

public sealed class ReminderTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _key = "reminded:" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_reminder_comes_after_its_due_time()
    {
        await using var silo = await StartAsync();

        await silo.Grains.GetGrain<IReminderGrain>(_key).Remind("wake", TimeSpan.FromSeconds(1), Minute);

        await silo.Journal.UntilAsync(_key, "wake every 1 min");
    }

    [Fact]
    public async Task A_reminder_survives_the_silo_and_wakes_its_grain_in_the_next_one()
    {
        await using (var silo = await StartAsync())
        {
            var grain = silo.Grains.GetGrain<IReminderGrain>(_key);
            await grain.Remind("wake", TimeSpan.FromSeconds(15), Minute);
            await grain.Remind("forgotten", TimeSpan.FromSeconds(15), Minute);
            await grain.Forget("forgotten");
            Assert.Empty(silo.Journal.About(_key));
        }

        await using (var silo = await StartAsync())
        {
            // Should the restart have taken longer than the due time, the next tick is a minute later.
            await Eventually.IsTrueAsync(
                () => Task.FromResult(silo.Journal.About(_key).Length > 0), "The reminder did not come", TimeSpan.FromSeconds(100));
            Assert.Equal(["wake every 1 min"], silo.Journal.About(_key));
        }
    }

    [Fact]
    public async Task A_reminder_can_be_found_changed_and_forgotten()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grains.GetGrain<IReminderGrain>(_key);
        Assert.Null(await grain.Find("wake"));
        await grain.Remind("wake", TimeSpan.FromHours(1), Minute);
        Assert.Equal("wake", await grain.Find("wake"));

        await grain.Remind("wake", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        await silo.Journal.UntilAsync(_key, "wake every 2 min");

        await grain.Forget("wake");
        Assert.Null(await grain.Find("wake"));
    }

    [Fact]
    public async Task A_reminder_that_was_forgotten_or_put_off_does_not_come()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grains.GetGrain<IReminderGrain>(_key);
        await grain.Remind("forgotten", TimeSpan.FromSeconds(3), Minute);
        await grain.Remind("put off", TimeSpan.FromSeconds(3), Minute);
        await grain.Forget("forgotten");
        await grain.Remind("put off", TimeSpan.FromHours(1), Minute);

        await grain.Remind("later", TimeSpan.FromSeconds(4), Minute);

        await silo.Journal.UntilAsync(_key, "later every 1 min");
        Assert.Equal(["later every 1 min"], silo.Journal.About(_key));
    }

    [Fact]
    public async Task A_reminder_more_often_than_once_a_minute_is_refused()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grains.GetGrain<IReminderGrain>(_key);

        await Assert.ThrowsAsync<ArgumentException>(() => grain.Remind("hurry", TimeSpan.Zero, TimeSpan.FromSeconds(59)));
        await Assert.ThrowsAsync<InvalidOperationException>(silo.Grains.GetGrain<IUnremindableGrain>(_key).Remind);
    }

    /// <summary>The columns are those that Orleans 10.4.2 writes.</summary>
    [Fact]
    public async Task A_row_has_the_columns_that_Orleans_gives_it()
    {
        await using var silo = await StartAsync("cluster-tests-columns");
        await silo.Grains.GetGrain<IReminderGrain>("reminded:columns").Remind("wake", TimeSpan.FromDays(100), TimeSpan.FromDays(30));

        var row = await database.SingleRowAsync(
            "SELECT GrainId, ReminderName, Period, GrainHash, Version FROM OrleansRemindersTable WHERE ServiceId = 'cluster-tests-columns'");

        Assert.Equal(["reminder/reminded:columns", "wake", 2_592_000_000L, 51331015, 0], row);
    }

    private Task<TestSilo> StartAsync(string serviceId = "cluster-tests") =>
        TestSilo.StartAsync(silo => database.Configure(silo, "cluster-tests"), serviceId);
}
