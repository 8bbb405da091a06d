using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>Where a silo is in its life.</summary>
public enum SiloStatus
{
    None = 0,
    Created = 1,
    Joining = 2,
    Active = 3,
    ShuttingDown = 4,
    Stopping = 5,
    Dead = 6,
}

/// <summary>What a silo knows about itself.</summary>
public interface ILocalSiloDetails
{
    string Name { get; }
    string ClusterId { get; }
    SiloAddress SiloAddress { get; }
}

/// <summary>What a silo knows about all silos; here there is one.</summary>
public interface ISiloStatusOracle
{
    SiloStatus CurrentStatus { get; }
    SiloAddress SiloAddress { get; }
    SiloAddress[] GetActiveSilos();
    Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false);
}

internal sealed class LocalSilo(
    IOptions<SiloOptions> silo, IOptions<ClusterOptions> cluster, IOptions<EndpointOptions> endpoints, TimeProvider time)
    : ILocalSiloDetails, ISiloStatusOracle
{
    private static readonly DateTimeOffset GenerationEpoch = new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Name => silo.Value.SiloName ?? $"Silo_{SiloAddress}";
    public string ClusterId => cluster.Value.ClusterId;

    public SiloAddress SiloAddress { get; } = SiloAddress.New(
        endpoints.Value.AdvertisedIPAddress ?? IPAddress.Loopback,
        endpoints.Value.SiloPort,
        (int)(time.GetUtcNow() - GenerationEpoch).TotalSeconds);

    public SiloStatus CurrentStatus { get; set; } = SiloStatus.Created;

    public SiloAddress[] GetActiveSilos() => [.. GetApproximateSiloStatuses(onlyActive: true).Keys];

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) =>
        onlyActive && CurrentStatus != SiloStatus.Active ? [] : new() { [SiloAddress] = CurrentStatus };
}
