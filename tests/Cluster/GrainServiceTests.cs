using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Services;
using Orleans.Services;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

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

/// <summary>What this project takes for granted of a grain service that is addressed by its silo.</summary>
public sealed class GrainServiceTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task A_grain_calls_the_service_of_any_silo()
    {
        await using var cluster = await StartAsync(silos: 2);
        var postman = cluster.Grains.GetGrain<IPostmanGrain>("postman:1");

        foreach (var silo in cluster.Silos)
        {
            Assert.Equal("letter in a turn", await postman.Deliver(silo.SiloAddress, "letter"));
        }
    }

    [Fact]
    public async Task A_service_takes_further_calls_while_one_waits()
    {
        await using var cluster = await StartAsync(silos: 1);
        var silo = cluster.Silos[0];
        var postbox = silo.ServiceProvider.GetRequiredService<IPostboxClient>().At(silo.SiloAddress);
        var waiting = postbox.WaitAt("gate");
        await silo.ServiceProvider.GetRequiredService<Journal>().UntilAsync("gate", "waits");

        Assert.Equal("letter in a turn", await postbox.Deliver("letter"));

        silo.ServiceProvider.GetRequiredService<Gates>().Open("gate");
        await waiting;
    }

    [Fact]
    public async Task A_call_of_a_silo_that_is_gone_fails_with_SiloUnavailableException()
    {
        await using var cluster = await StartAsync(silos: 2);
        var (remaining, gone) = (cluster.Silos[0].SiloAddress, cluster.Silos[1]);
        var grain = cluster.Grains.GetGrain<IPostmanGrain>("postman:2");
        Assert.Equal("letter in a turn", await grain.Deliver(gone.SiloAddress, "letter"));

        await cluster.StopAsync(gone);

        await Assert.ThrowsAsync<SiloUnavailableException>(
            () => cluster.Grains.GetGrain<IPostmanGrain>("postman:3").Deliver(gone.SiloAddress, "letter"));
        Assert.Equal("letter in a turn", await cluster.Grains.GetGrain<IPostmanGrain>("postman:3").Deliver(remaining, "letter"));
    }

    private Task<CallCluster> StartAsync(int silos) => CallCluster.StartAsync(database.Settings, silos, configure: silo =>
    {
        silo.AddGrainService<PostboxService>();
        silo.Services.AddSingleton<IPostboxClient, PostboxClient>();
    });
}
