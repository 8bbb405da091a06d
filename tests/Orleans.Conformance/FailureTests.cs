using System.Globalization;
using Fayo.Calls.Tests.Conformance.Support;
using Orleans.Configuration;
using Orleans.Storage;

namespace Fayo.Calls.Tests.Conformance;

[GenerateSerializer]
[Alias("conformance.TooManyException")]
public sealed class TooManyException : Exception
{
    public TooManyException()
    {
    }

    public TooManyException(string message)
        : base(message)
    {
    }

    public TooManyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

public interface IFailingGrain : IGrainWithStringKey
{
    Task<int> Count();

    Task FailAtOnce();

    Task<int> FailLater();

    Task FailWith(string etag);

    Task<string> CatchFrom(string otherKey);

    Task FailThrough(string otherKey);

    Task WaitAt(string gate);

    Task WaitForCancellation(CancellationToken cancellationToken);
}

public sealed class FailingGrain(Journal journal, Gates gates) : Grain, IFailingGrain
{
    private int _count;

    public Task<int> Count() => Task.FromResult(++_count);

    public Task FailAtOnce() => throw new TooManyException("at once");

    public async Task<int> FailLater()
    {
        await Task.Yield();
        throw new TooManyException(_count.ToString(CultureInfo.InvariantCulture));
    }

    public Task FailWith(string etag) => throw new InconsistentStateException("conflict", "stored", etag);

    public async Task<string> CatchFrom(string otherKey)
    {
        try
        {
            await GrainFactory.GetGrain<IFailingGrain>(otherKey).FailWith("caught");
            return "";
        }
        catch (InconsistentStateException exception)
        {
            return exception.Message;
        }
    }

    public Task FailThrough(string otherKey) => GrainFactory.GetGrain<IFailingGrain>(otherKey).FailWith("through");

    public async Task WaitAt(string gate)
    {
        await gates.PassAsync(gate);
        journal.Write($"{this.GetPrimaryKeyString()} passed");
    }

    public async Task WaitForCancellation(CancellationToken cancellationToken)
    {
        journal.Write($"{this.GetPrimaryKeyString()} waits");
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }
}

public sealed class FailureTests(DefaultSilo fixture) : IClassFixture<DefaultSilo>
{
    private readonly TestSilo _silo = fixture.Silo;
    private readonly string _key = "failing:" + Guid.NewGuid().ToString("N");

    private IFailingGrain Grain => _silo.Grains.GetGrain<IFailingGrain>(_key);

    [Fact]
    public async Task An_exception_reaches_the_caller_with_its_type_and_message_and_harms_nothing_else()
    {
        await Grain.Count();

        Assert.Equal("at once", (await Assert.ThrowsAsync<TooManyException>(Grain.FailAtOnce)).Message);
        Assert.Equal("1", (await Assert.ThrowsAsync<TooManyException>(Grain.FailLater)).Message);

        Assert.Equal(2, await Grain.Count());
    }

    [Fact]
    public async Task An_inconsistent_state_that_leaves_a_grain_ends_its_activation()
    {
        await Grain.Count();

        var failure = await Assert.ThrowsAsync<InconsistentStateException>(() => Grain.FailWith("mine"));

        Assert.Equal(("conflict", "stored", "mine"), (failure.Message, failure.StoredEtag, failure.CurrentEtag));
        Assert.Equal(1, await Grain.Count());
    }

    [Fact]
    public async Task It_ends_only_the_activation_it_comes_from_and_not_one_that_passes_it_on_or_catches_it()
    {
        var source = _silo.Grains.GetGrain<IFailingGrain>(_key + "-source");
        await Grain.Count();
        await source.Count();

        await Assert.ThrowsAsync<InconsistentStateException>(() => Grain.FailThrough(_key + "-source"));
        Assert.Equal(1, await source.Count());
        Assert.Equal("conflict", await Grain.CatchFrom(_key + "-source"));

        Assert.Equal(2, await Grain.Count());
        Assert.Equal(1, await source.Count());
    }

    [Fact]
    public async Task A_call_without_an_answer_in_time_fails_and_is_dropped_if_it_has_not_begun()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(2)));
        var grain = silo.Grains.GetGrain<IFailingGrain>(_key);
        await grain.Count();
        var start = TimeProvider.System.GetTimestamp();

        await Assert.ThrowsAsync<TimeoutException>(() => grain.WaitAt(_key));
        await Assert.ThrowsAsync<TimeoutException>(grain.Count);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(20));
        silo.Gates.Open(_key);
        await silo.Journal.UntilAsync(_key, "passed");

        // The call that was given up before its turn came has not run.
        Assert.Equal(2, await grain.Count());
    }

    [Fact]
    public async Task A_caller_can_cancel_what_it_asked_for()
    {
        using var cancellation = new CancellationTokenSource();
        var cancelled = Assert.ThrowsAnyAsync<OperationCanceledException>(() => Grain.WaitForCancellation(cancellation.Token));
        await _silo.Journal.UntilAsync(_key, "waits");

        await cancellation.CancelAsync();

        await cancelled;
    }
}
