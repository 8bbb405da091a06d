using Fayo.Calls.Tests.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace Fayo.Calls.Tests.Conformance;

public interface IPostboxService : IGrainService
{
    Task<string> Deliver(string letter);

    Task WaitAt(string gate);
}

public interface IPostboxClient : IGrainServiceClient<IPostboxService>
{
    IPostboxService At(SiloAddress silo);
}

public sealed class PostboxService(GrainId grainId, Silo silo, ILoggerFactory loggerFactory, Journal journal, Gates gates)
    : GrainService(grainId, silo, loggerFactory), IPostboxService
{
    public override async Task Init(IServiceProvider serviceProvider)
    {
        await base.Init(serviceProvider);
        journal.Write("postbox init");
    }

    public override async Task Start()
    {
        await base.Start();
        journal.Write("postbox start");
    }

    public override async Task Stop()
    {
        await base.Stop();
        journal.Write("postbox stop");
    }

    public async Task<string> Deliver(string letter)
    {
        var scheduler = TaskScheduler.Current;
        await Task.Yield();
        return letter + (scheduler != TaskScheduler.Default && scheduler == TaskScheduler.Current ? " in a turn" : " outside of turns");
    }

    public async Task WaitAt(string gate)
    {
        journal.Write($"{gate} waits");
        await gates.PassAsync(gate);
    }
}

public sealed class PostboxClient(IServiceProvider services) : GrainServiceClient<IPostboxService>(services), IPostboxClient
{
    public IPostboxService At(SiloAddress silo) => GetGrainService(silo);
}

public interface IPostmanGrain : IGrainWithStringKey
{
    Task<string> Deliver(SiloAddress silo, string letter);
}

public sealed class PostmanGrain(IPostboxClient postboxes) : Grain, IPostmanGrain
{
    public Task<string> Deliver(SiloAddress silo, string letter) => postboxes.At(silo).Deliver(letter);
}

public sealed class SiloTests
{
    [Fact]
    public async Task A_grain_calls_a_service_at_the_silo_it_names()
    {
        await using var silo = await StartAsync();
        var address = silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

        Assert.Equal("letter in a turn", await silo.Grains.GetGrain<IPostmanGrain>("postman:1").Deliver(address, "letter"));
        Assert.Equal("card in a turn", await silo.Services.GetRequiredService<IPostboxClient>().At(address).Deliver("card"));
    }

    [Fact]
    public async Task A_service_takes_further_calls_while_one_waits()
    {
        await using var silo = await StartAsync();
        var address = silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var postbox = silo.Services.GetRequiredService<IPostboxClient>().At(address);
        var waiting = postbox.WaitAt("gate");
        await silo.Journal.UntilAsync("gate", "waits");

        Assert.Equal("letter in a turn", await postbox.Deliver("letter"));

        silo.Gates.Open("gate");
        await waiting;
    }

    [Fact]
    public async Task A_service_starts_and_stops_with_its_silo()
    {
        var silo = await StartAsync();
        await using (silo)
        {
            Assert.Equal(["init", "start"], silo.Journal.About("postbox"));

            await silo.StopAsync();

            Assert.Equal(["init", "start", "stop"], silo.Journal.About("postbox"));
        }
    }

    [Fact]
    public async Task A_call_of_a_silo_that_is_gone_fails_with_SiloUnavailableException()
    {
        await using var silo = await StartAsync();
        var address = silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var earlier = SiloAddress.New(address.Endpoint, address.Generation - 1);
        var grain = silo.Grains.GetGrain<IPostmanGrain>("postman:2");

        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.Deliver(earlier, "letter"));

        Assert.Equal("letter in a turn", await grain.Deliver(address, "letter"));
    }

    [Fact]
    public async Task A_silo_knows_itself()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.Configure<SiloOptions>(options => options.SiloName = "one"));
        var details = silo.Services.GetRequiredService<ILocalSiloDetails>();
        var oracle = silo.Services.GetRequiredService<ISiloStatusOracle>();

        Assert.Equal("one", details.Name);
        Assert.Equal(details.SiloAddress, oracle.SiloAddress);
        Assert.Equal(SiloStatus.Active, oracle.CurrentStatus);
        Assert.Equal([details.SiloAddress], oracle.GetActiveSilos());
        Assert.Equal(SiloStatus.Active, Assert.Single(oracle.GetApproximateSiloStatuses(onlyActive: true)).Value);
    }

    [Fact]
    public async Task A_silo_tells_how_many_grains_of_which_class_it_has_in_memory()
    {
        await using var silo = await StartAsync();
        var address = silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        foreach (var key in new[] { "postman:1", "postman:2", "postman:3" })
        {
            await silo.Grains.GetGrain<IPostmanGrain>(key).Deliver(address, "letter");
        }

        var kinds = await silo.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics([address]);

        var postmen = Assert.Single(kinds, kind => kind.GrainType.Split(',')[0] == typeof(PostmanGrain).FullName);
        // Real Orleans counts for the whole process, in which other tests have silos of their own.
        Assert.InRange(postmen.ActivationCount, 3, int.MaxValue);
        Assert.Equal(address, postmen.SiloAddress);
    }

    [Fact]
    public void A_silo_address_is_a_key_and_survives_being_written_down()
    {
        var address = SiloAddress.New(System.Net.IPAddress.Parse("10.1.2.3"), 11111, 42);
        var read = SiloAddress.FromParsableString(address.ToParsableString());

        Assert.Equal("10.1.2.3:11111@42", address.ToParsableString());
        Assert.Equal(address, read);
        Assert.Equal(address.GetHashCode(), read.GetHashCode());
        Assert.NotEqual(address, SiloAddress.New(address.Endpoint, 43));
    }

    [StandInFact]
    public async Task The_stand_in_refuses_a_cluster_and_says_what_to_do()
    {
        var refusal = await Assert.ThrowsAsync<OrleansConfigurationException>(() => TestSilo.StartAsync(silo => silo.UseAdoNetClustering(
            options => (options.Invariant, options.ConnectionString) = ("Npgsql", "Host=127.0.0.1"))));

        Assert.Contains("OrleansFrom=NuGet", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<TestSilo> StartAsync() => TestSilo.StartAsync(silo =>
    {
        silo.AddGrainService<PostboxService>();
        silo.Services.AddSingleton<IPostboxClient, PostboxClient>();
    });
}

/// <summary>A test of something that real Orleans does otherwise, on purpose.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StandInFactAttribute : FactAttribute
{
    public StandInFactAttribute()
    {
        if (!string.Equals(typeof(IGrain).Assembly.GetName().Name, "Orleans.StandIn", StringComparison.Ordinal))
        {
            Skip = "Real Orleans forms clusters; only the stand-in refuses them.";
        }
    }
}
