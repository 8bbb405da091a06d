using Fayo.Calls.Tests.Cluster.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Services;
using Orleans.Services;

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

    private static Task<TestSilo> StartAsync() => TestSilo.StartAsync(silo =>
    {
        silo.AddGrainService<PostboxService>();
        silo.Services.AddSingleton<IPostboxClient, PostboxClient>();
    });
}
