using Fayo.Calls.Tests.Conformance.Support;
using Orleans.Concurrency;

namespace Fayo.Calls.Tests.Conformance;

public interface ITurnGrain : IGrainWithStringKey
{
    Task WaitAt(string gate);

    Task Note(string text);

    [AlwaysInterleave]
    Task NoteInterleaved(string text);

    [ReadOnly]
    Task ReadAt(string gate);

    [OneWay]
    Task WaitUnnoticed(string gate);

    Task<string> Add(int left, string right, DateTimeOffset? extra);

    Task<bool> KeepsItsSchedulerAfter(string gate);

    Task<string> Ask(ITurnGrain other);

    Task<ITurnGrain> GiveBack(ITurnGrain other);

    Task<ITurnGrain> SendOwnReferenceTo(string otherKey);
}

public abstract class TurnGrain(Journal journal, Gates gates) : Grain, ITurnGrain
{
    protected Gates Gates => gates;

    private string Key => this.GetPrimaryKeyString();

    public Task WaitAt(string gate) => Wait(gate);

    public Task ReadAt(string gate) => Wait(gate);

    public Task WaitUnnoticed(string gate) => Wait(gate);

    public Task Note(string text)
    {
        journal.Write($"{Key} {text}");
        return Task.CompletedTask;
    }

    public Task NoteInterleaved(string text) => Note(text);

    public Task<string> Add(int left, string right, DateTimeOffset? extra) => Task.FromResult($"{left}{right}{extra?.Year}");

    public async Task<bool> KeepsItsSchedulerAfter(string gate)
    {
        var before = TaskScheduler.Current;
        await gates.PassAsync(gate);
        var after = TaskScheduler.Current;
        await Task.Run(() => Task.CompletedTask);
        return before != TaskScheduler.Default && after == before && TaskScheduler.Current == before;
    }

    public async Task<string> Ask(ITurnGrain other) => await other.Add(1, this.GetPrimaryKeyString(), extra: null);

    public Task<ITurnGrain> GiveBack(ITurnGrain other) => Task.FromResult(other);

    public async Task<ITurnGrain> SendOwnReferenceTo(string otherKey) =>
        await GrainFactory.GetGrain<IOrdinaryTurnGrain>(otherKey).GiveBack(this.AsReference<ITurnGrain>());

    private async Task Wait(string gate)
    {
        journal.Write($"{Key} waits at {gate}");
        await gates.PassAsync(gate);
        journal.Write($"{Key} passed {gate}");
    }
}

public interface ISlowlyActivatedGrain : ITurnGrain;

/// <summary>Is activated once the gate named after it opens.</summary>
public sealed class SlowlyActivatedGrain(Journal journal, Gates gates) : TurnGrain(journal, gates), ISlowlyActivatedGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken) => Gates.PassAsync(this.GetPrimaryKeyString());
}

public interface IOrdinaryTurnGrain : ITurnGrain;

[GrainType("turn")]
public sealed class OrdinaryTurnGrain(Journal journal, Gates gates) : TurnGrain(journal, gates), IOrdinaryTurnGrain;

public interface IReentrantGrain : IGrainWithStringKey
{
    Task WaitAt(string gate);

    Task<int> CountSlowly();

    Task<bool> EverRanInParallel();
}

[Reentrant]
public sealed class ReentrantGrain(Journal journal, Gates gates) : Grain, IReentrantGrain
{
    private int _count;
    private int _inside;
    private bool _parallel;

    public async Task WaitAt(string gate)
    {
        journal.Write($"{this.GetPrimaryKeyString()} waits at {gate}");
        await gates.PassAsync(gate);
    }

    public async Task<int> CountSlowly()
    {
        for (var step = 0; step < 100; step++)
        {
            if (Interlocked.Increment(ref _inside) != 1)
            {
                _parallel = true;
            }

            var count = _count;
            Thread.SpinWait(100);
            _count = count + 1;
            Interlocked.Decrement(ref _inside);
            await Task.Yield();
        }

        return _count;
    }

    public Task<bool> EverRanInParallel() => Task.FromResult(_parallel);
}

public sealed class TurnTests(DefaultSilo fixture) : IClassFixture<DefaultSilo>
{
    private readonly TestSilo _silo = fixture.Silo;
    private readonly string _key = "turn:" + Guid.NewGuid().ToString("N");

    private ITurnGrain Grain => Of(_key);

    [Fact]
    public async Task A_second_call_waits_until_the_first_is_done()
    {
        var first = Grain.WaitAt(_key);
        await _silo.Journal.UntilAsync(_key, $"waits at {_key}");
        var second = Grain.Note("second");
        await Of(_key + "-other").Note("meanwhile");
        Assert.DoesNotContain("second", _silo.Journal.About(_key));

        _silo.Gates.Open(_key);
        await Task.WhenAll(first, second);

        Assert.Equal([$"waits at {_key}", $"passed {_key}", "second"], _silo.Journal.About(_key));
    }

    [Fact]
    public async Task A_call_that_waits_holds_up_no_other_key()
    {
        var waiting = Grain.WaitAt(_key);
        await _silo.Journal.UntilAsync(_key, $"waits at {_key}");

        Assert.Equal("1x", await Of(_key + "-other").Add(1, "x", extra: null));

        _silo.Gates.Open(_key);
        await waiting;
    }

    [Fact]
    public async Task A_method_marked_always_interleave_runs_while_another_call_waits()
    {
        var waiting = Grain.WaitAt(_key);
        await _silo.Journal.UntilAsync(_key, $"waits at {_key}");

        await Grain.NoteInterleaved("interleaved");
        _silo.Gates.Open(_key);
        await waiting;

        Assert.Equal([$"waits at {_key}", "interleaved", $"passed {_key}"], _silo.Journal.About(_key));
    }

    [Fact]
    public async Task Calls_that_only_read_interleave_with_each_other_but_not_with_one_that_writes()
    {
        var first = Grain.ReadAt(_key + "-1");
        await _silo.Journal.UntilAsync(_key, $"waits at {_key}-1");
        var second = Grain.ReadAt(_key + "-2");
        await _silo.Journal.UntilAsync(_key, $"waits at {_key}-2");
        var write = Grain.Note("write");
        await Grain.NoteInterleaved("interleaved");
        Assert.DoesNotContain("write", _silo.Journal.About(_key));

        _silo.Gates.Open(_key + "-1");
        _silo.Gates.Open(_key + "-2");
        await Task.WhenAll(first, second, write);

        Assert.Contains("write", _silo.Journal.About(_key));
    }

    [Fact]
    public async Task Calls_of_a_reentrant_grain_interleave()
    {
        var grain = _silo.Grains.GetGrain<IReentrantGrain>(_key);
        var first = grain.WaitAt(_key + "-1");
        await _silo.Journal.UntilAsync(_key, $"waits at {_key}-1");
        var second = grain.WaitAt(_key + "-2");
        await _silo.Journal.UntilAsync(_key, $"waits at {_key}-2");

        _silo.Gates.Open(_key + "-1");
        _silo.Gates.Open(_key + "-2");
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task Interleaving_calls_never_run_in_parallel()
    {
        var grain = _silo.Grains.GetGrain<IReentrantGrain>(_key);

        var counts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => grain.CountSlowly()));

        Assert.Equal(5000, counts.Max());
        Assert.False(await grain.EverRanInParallel());
    }

    [Fact]
    public async Task After_an_await_a_grain_is_back_in_its_own_scheduler()
    {
        var waiting = Grain.KeepsItsSchedulerAfter(_key);
        _silo.Gates.Open(_key);

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Arguments_and_results_of_all_kinds_arrive()
    {
        var year = new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal("7seven2031", await Grain.Add(7, "seven", year));
    }

    [Fact]
    public async Task A_grain_calls_another()
    {
        Assert.Equal("1" + _key, await Grain.Ask(Of(_key + "-other")));
    }

    [Fact]
    public async Task A_grain_passes_a_reference_to_itself()
    {
        var reference = await Grain.SendOwnReferenceTo(_key + "-other");

        Assert.Equal(Grain, reference);
        Assert.Equal("1x", await reference.Add(1, "x", extra: null));
    }

    [Fact]
    public async Task A_one_way_call_returns_before_the_method_is_done()
    {
        await Grain.WaitUnnoticed(_key);
        await _silo.Journal.UntilAsync(_key, $"waits at {_key}");

        _silo.Gates.Open(_key);

        await _silo.Journal.UntilAsync(_key, $"passed {_key}");
    }

    [Fact]
    public void References_to_the_same_grain_are_equal()
    {
        Assert.Equal(Grain, Grain);
        Assert.NotEqual(Grain, Of(_key + "-other"));
        Assert.Equal(_key, Grain.GetPrimaryKeyString());
        Assert.Equal("turn/" + _key, Grain.GetGrainId().ToString());
    }

    [Fact]
    public async Task Calls_that_came_during_the_activation_run_after_it_and_interleave_if_they_may()
    {
        var grain = _silo.Grains.GetGrain<ISlowlyActivatedGrain>(_key);
        var first = grain.WaitAt(_key + "-gate");
        var second = grain.Note("second");
        var interleaved = grain.NoteInterleaved("interleaved");
        Assert.Empty(_silo.Journal.About(_key));

        _silo.Gates.Open(_key);
        await interleaved;
        _silo.Gates.Open(_key + "-gate");
        await Task.WhenAll(first, second);

        // Nobody promises in which order calls of one moment arrive; only that the ordinary ones do not run into each other.
        var journal = _silo.Journal.About(_key).ToList();
        var (waits, passed) = (journal.IndexOf($"waits at {_key}-gate"), journal.IndexOf($"passed {_key}-gate"));
        Assert.Equal(4, journal.Count);
        Assert.InRange(journal.IndexOf("interleaved"), 0, passed - 1);
        Assert.NotInRange(journal.IndexOf("second"), waits, passed);
    }

    private ITurnGrain Of(string key) => _silo.Grains.GetGrain<IOrdinaryTurnGrain>(key);
}
