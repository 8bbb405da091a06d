using Fayo.Calls.Tests.Conformance.Support;
using Orleans.Configuration;

namespace Fayo.Calls.Tests.Conformance;

public interface ITimerGrain : IGrainWithStringKey
{
    Task Start(string name, TimeSpan dueTime, TimeSpan period, bool interleave, bool failing);

    Task StartThenWaitAt(string gate);

    Task StartKeepingAlive(TimeSpan period);

    Task ChangeTo(TimeSpan dueTime, TimeSpan period);

    Task StopTimer();

    Task EndActivation();
}

public sealed class TimerGrain(Journal journal, Gates gates) : Grain, ITimerGrain
{
    private IGrainTimer? _timer;
    private bool _watched;

    public Task Start(string name, TimeSpan dueTime, TimeSpan period, bool interleave, bool failing)
    {
        _timer = this.RegisterGrainTimer(
            (tick, stopped) => Tick(tick, failing, stopped), name, new() { DueTime = dueTime, Period = period, Interleave = interleave });
        return Task.CompletedTask;
    }

    public async Task StartThenWaitAt(string gate)
    {
        this.RegisterGrainTimer(() => Tick("turn", failing: false), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        this.RegisterGrainTimer(
            stopped => Tick("interleaved", failing: false, stopped),
            new() { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, Interleave = true });
        await gates.PassAsync(gate);
        journal.Write($"{this.GetPrimaryKeyString()} passed");
    }

    public Task StartKeepingAlive(TimeSpan period)
    {
        this.RegisterGrainTimer(_ => Task.CompletedTask, new() { DueTime = period, Period = period, KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task ChangeTo(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task EndActivation()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Write($"{this.GetPrimaryKeyString()} deactivated");
        return Task.CompletedTask;
    }

    private async Task Tick(string name, bool failing, CancellationToken stopped = default)
    {
        // Only the first tick's registration may tell: all of them get the same token.
        if (!_watched)
        {
            _watched = true;
            var key = this.GetPrimaryKeyString();
            stopped.Register(() => journal.Write($"{key} {name} stopped"));
        }

        var scheduler = TaskScheduler.Current;
        await Task.Yield();
        journal.Write($"{this.GetPrimaryKeyString()} {name}{(scheduler == TaskScheduler.Default ? " outside of its scheduler" : "")}");
        if (failing)
        {
            throw new InvalidOperationException("A failing tick");
        }
    }
}

public sealed class TimerTests(DefaultSilo fixture) : IClassFixture<DefaultSilo>
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    private readonly TestSilo _silo = fixture.Silo;
    private readonly string _key = "timer:" + Guid.NewGuid().ToString("N");

    private ITimerGrain Grain => _silo.Grains.GetGrain<ITimerGrain>(_key);

    [Fact]
    public async Task A_tick_is_a_turn_that_waits_for_a_running_call_unless_it_interleaves()
    {
        var waiting = Grain.StartThenWaitAt(_key);
        await _silo.Journal.UntilAsync(_key, "interleaved");

        _silo.Gates.Open(_key);
        await waiting;

        await _silo.Journal.UntilAsync(_key, "turn");
        Assert.Equal(["interleaved", "passed", "turn"], _silo.Journal.About(_key));
    }

    [Fact]
    public async Task A_timer_goes_on_after_a_failing_tick()
    {
        await Grain.Start("tick", TimeSpan.Zero, Short, interleave: false, failing: true);

        await UntilTicks("tick", 3);
        await Grain.StopTimer();
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation()
    {
        await Grain.Start("old", TimeSpan.Zero, Short, interleave: false, failing: false);
        await UntilTicks("old", 2);
        await Grain.EndActivation();
        await _silo.Journal.UntilAsync(_key, "deactivated");
        await _silo.Journal.UntilAsync(_key, "old stopped");

        // The next activation has a timer of its own: while that ticks, the old one must not.
        await Grain.Start("new", TimeSpan.Zero, Short, interleave: false, failing: false);
        await UntilTicks("new", 5);
        await Grain.StopTimer();

        Assert.DoesNotContain("old", _silo.Journal.About(_key).SkipWhile(entry => entry != "deactivated"));
    }

    [Fact]
    public async Task A_timer_without_a_period_ticks_once_and_again_when_it_is_set_again()
    {
        await Grain.Start("once", Short, Timeout.InfiniteTimeSpan, interleave: false, failing: false);
        await UntilTicks("once", 1);
        await ElapseAsync();
        Assert.Single(_silo.Journal.About(_key));

        await Grain.ChangeTo(Short, Timeout.InfiniteTimeSpan);

        await UntilTicks("once", 2);
    }

    [Fact]
    public async Task A_stopped_timer_ticks_no_more()
    {
        await Grain.Start("tick", TimeSpan.Zero, Short, interleave: false, failing: false);
        await UntilTicks("tick", 1);

        await Grain.StopTimer();

        Assert.Contains("tick stopped", _silo.Journal.About(_key));
        var ticks = _silo.Journal.About(_key).Length;
        await ElapseAsync();
        Assert.Equal(ticks, _silo.Journal.About(_key).Length);
    }

    [Fact]
    public async Task A_timer_keeps_its_activation_only_if_it_is_told_to()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromSeconds(2)));
        await silo.Grains.GetGrain<ITimerGrain>(_key + "-kept").StartKeepingAlive(Short);
        await silo.Grains.GetGrain<ITimerGrain>(_key).Start("tick", Short, Short, interleave: false, failing: false);

        await silo.Journal.UntilAsync(_key, "deactivated");

        Assert.Empty(silo.Journal.About(_key + "-kept"));
    }

    /// <summary>Lets as much time pass as another grain's timer needs for several ticks.</summary>
    private async Task ElapseAsync()
    {
        var other = _silo.Grains.GetGrain<ITimerGrain>(_key + "-clock");
        await other.Start("tick", Short, Short, interleave: false, failing: false);
        await Eventually.IsTrueAsync(() => _silo.Journal.About(_key + "-clock").Length >= 4, "The other grain's timer does not tick");
        await other.StopTimer();
    }

    private Task UntilTicks(string name, int count) =>
        Eventually.IsTrueAsync(
            () => _silo.Journal.About(_key).Count(entry => entry == name) >= count, $"{name} did not tick {count} times");
}
