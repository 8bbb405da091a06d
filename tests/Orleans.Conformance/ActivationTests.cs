using Fayo.Calls.Tests.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace Fayo.Calls.Tests.Conformance;

public interface IActivationGrain : IGrainWithStringKey
{
    Task<int> Count();

    Task EndActivation();

    Task EndThenWaitAt(string gate);
}

/// <summary>Keeps a count in memory, so that a fresh activation shows.</summary>
public class ActivationGrain(Journal journal, Gates gates) : Grain, IActivationGrain
{
    private int _count;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Write($"{this.GetPrimaryKeyString()} activated");
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Yield();
        journal.Write($"{this.GetPrimaryKeyString()} deactivated: {reason.ReasonCode}");
    }

    public Task<int> Count()
    {
        journal.Write($"{this.GetPrimaryKeyString()} counted");
        return Task.FromResult(++_count);
    }

    public Task EndActivation()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task EndThenWaitAt(string gate)
    {
        DeactivateOnIdle();
        journal.Write($"{this.GetPrimaryKeyString()} waits");
        await gates.PassAsync(gate);
    }
}

public interface ILastingGrain : IActivationGrain;

[CollectionAgeLimit(AlwaysActive = true)]
public sealed class LastingGrain(Journal journal, Gates gates) : ActivationGrain(journal, gates), ILastingGrain;

public interface IShortLivedGrain : IActivationGrain;

[CollectionAgeLimit("00:00:02")]
public sealed class ShortLivedGrain(Journal journal, Gates gates) : ActivationGrain(journal, gates), IShortLivedGrain;

public interface IPlainGrain : IActivationGrain;

public sealed class PlainGrain(Journal journal, Gates gates) : ActivationGrain(journal, gates), IPlainGrain;

public interface IStubbornGrain : IGrainWithStringKey
{
    Task<string> Hello();
}

/// <summary>Cannot be activated the first time.</summary>
public sealed class StubbornGrain(Journal journal) : Grain, IStubbornGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var first = journal.About(this.GetPrimaryKeyString()).Length == 0;
        journal.Write($"{this.GetPrimaryKeyString()} tried");
        return first ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Write($"{this.GetPrimaryKeyString()} deactivated: {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<string> Hello() => Task.FromResult("hello");
}

public sealed class ActivationTests(DefaultSilo fixture) : IClassFixture<DefaultSilo>
{
    private readonly TestSilo _silo = fixture.Silo;
    private readonly string _key = "activation:" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task The_first_call_activates_a_grain_and_the_next_finds_it()
    {
        var grain = _silo.Grains.GetGrain<IPlainGrain>(_key);
        Assert.Empty(_silo.Journal.About(_key));

        await Task.WhenAll(grain.Count(), grain.Count());

        Assert.Equal(3, await grain.Count());
        Assert.Equal(["activated", "counted", "counted", "counted"], _silo.Journal.About(_key));
    }

    [Fact]
    public async Task A_grain_that_ends_its_activation_gets_a_fresh_one_with_the_next_call()
    {
        var grain = _silo.Grains.GetGrain<IPlainGrain>(_key);
        await grain.Count();

        await grain.EndActivation();

        Assert.Equal(1, await grain.Count());
        Assert.Equal(["activated", "counted", "deactivated: ApplicationRequested", "activated", "counted"], _silo.Journal.About(_key));
    }

    [Fact]
    public async Task Calls_made_while_an_activation_ends_go_to_the_next_one()
    {
        var grain = _silo.Grains.GetGrain<IPlainGrain>(_key);
        var ending = grain.EndThenWaitAt(_key);
        await _silo.Journal.UntilAsync(_key, "waits");
        var calls = new[] { grain.Count(), grain.Count() };

        _silo.Gates.Open(_key);
        await ending;
        await Task.WhenAll(calls);

        Assert.Equal(
            ["activated", "waits", "deactivated: ApplicationRequested", "activated", "counted", "counted"], _silo.Journal.About(_key));
    }

    [Fact]
    public async Task A_failing_activation_reaches_the_caller_and_the_next_call_tries_again()
    {
        var grain = _silo.Grains.GetGrain<IStubbornGrain>(_key);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(grain.Hello);

        Assert.Equal("not yet", failure.Message);
        Assert.Equal("hello", await grain.Hello());
        Assert.Equal(["tried", "tried"], _silo.Journal.About(_key));
    }

    [Fact]
    public async Task An_activation_that_nobody_uses_is_deactivated_and_one_in_use_or_exempt_is_not()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromSeconds(2)));
        var idle = silo.Grains.GetGrain<IPlainGrain>(_key + "-idle");
        var used = silo.Grains.GetGrain<IPlainGrain>(_key + "-used");
        var lasting = silo.Grains.GetGrain<ILastingGrain>(_key + "-lasting");
        await Task.WhenAll(idle.Count(), lasting.Count(), used.Count());

        await Eventually.IsTrueAsync(
            async () =>
            {
                await used.Count();
                return silo.Journal.About(_key + "-idle").Contains("deactivated: ActivationIdle", StringComparer.Ordinal);
            },
            "The idle activation was not deactivated",
            TimeSpan.FromSeconds(60));

        Assert.DoesNotContain(silo.Journal.About(_key + "-used"), entry => entry.StartsWith("deactivated", StringComparison.Ordinal));
        Assert.Equal(1, await idle.Count());
        Assert.Equal(2, await lasting.Count());
    }

    [Fact]
    public async Task A_class_may_have_a_collection_age_of_its_own()
    {
        var shortLived = _silo.Grains.GetGrain<IShortLivedGrain>(_key + "-short");
        var plain = _silo.Grains.GetGrain<IPlainGrain>(_key + "-plain");
        await Task.WhenAll(shortLived.Count(), plain.Count());

        await _silo.Journal.UntilAsync(_key + "-short", "deactivated: ActivationIdle");

        Assert.Equal(2, await plain.Count());
    }

    [Fact]
    public async Task A_silo_that_stops_deactivates_its_grains()
    {
        var silo = await TestSilo.StartAsync();
        await using (silo)
        {
            await silo.Grains.GetGrain<IPlainGrain>(_key).Count();
            await silo.StopAsync();

            Assert.Equal(["activated", "counted", "deactivated: ShuttingDown"], silo.Journal.About(_key));
        }
    }

    [Fact]
    public async Task No_call_is_lost_or_runs_twice_however_often_activations_end()
    {
        // One end at a time: Orleans gives up a call that it had to send on twice.
        const int Keys = 50, Rounds = 5, Calls = 10;
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(async number =>
        {
            var grain = _silo.Grains.GetGrain<IPlainGrain>($"{_key}-{number}");
            for (var round = 0; round < Rounds; round++)
            {
                await Task.WhenAll(
                    Enumerable.Range(0, Calls + 1).Select(call => call == Calls / 2 ? grain.EndActivation() : grain.Count()));
            }
        }));

        foreach (var number in Enumerable.Range(0, Keys))
        {
            var entries = _silo.Journal.About($"{_key}-{number}");
            Assert.Equal(Rounds * Calls, entries.Count(entry => entry == "counted"));
            Assert.All(
                entries.Where(entry => entry != "counted").Chunk(2),
                life => Assert.Equal(life.Length == 2 ? ["activated", "deactivated: ApplicationRequested"] : ["activated"], life));
        }
    }

    [Fact]
    public async Task The_host_offers_a_client_of_its_own_silo()
    {
        var client = _silo.Services.GetRequiredService<IClusterClient>();

        Assert.Equal(1, await client.GetGrain<IPlainGrain>(_key).Count());
    }
}
