using Orleans.Services;

namespace Fayo.Calls;

/// <summary>What one silo tells the monitor: one instance per silo, addressed by the silo.</summary>
/// <remarks>A call to a silo that is gone fails with <see cref="SiloUnavailableException"/>.</remarks>
[Alias("Fayo.IMonitorService")]
public interface IMonitorService : IGrainService
{
    /// <summary>
    /// What has happened to the calls whose grains are here. Who collects is taken to be watching for a few seconds more; while
    /// nobody does, nothing is kept.
    /// </summary>
    /// <param name="after">How far the last collection came; null for the first.</param>
    [Alias("Collect")]
    Task<CallFeedBatch> Collect(long? after);

    /// <summary>Those of these calls whose grains are here.</summary>
    [Alias("Find")]
    Task<IReadOnlyList<string>> Find(IReadOnlyList<string> callIds);

    /// <summary>How busy the silo is.</summary>
    [Alias("Describe")]
    Task<SiloReport> Describe();
}

/// <summary>Finds the <see cref="IMonitorService"/> of a silo.</summary>
public interface IMonitorServiceClient : IGrainServiceClient<IMonitorService>
{
    /// <summary>The monitor service of a silo.</summary>
    IMonitorService At(SiloAddress silo);
}

/// <summary>What has happened to the calls of one silo.</summary>
/// <param name="UpTo">How far this comes: the next collection goes on from here.</param>
/// <param name="Changes">The calls that changed, each as it is now, the one that changed last at the end.</param>
/// <param name="Resident">
/// Null where <paramref name="Changes"/> is all that happened. Else something may have been missed, and this is the ids of the
/// calls whose grains are here.
/// </param>
[GenerateSerializer, Immutable, Alias("Fayo.CallFeedBatch")]
public sealed record CallFeedBatch(
    [property: Id(0)] long UpTo,
    [property: Id(1)] IReadOnlyList<MonitoredCall> Changes,
    [property: Id(2)] IReadOnlyList<string>? Resident);

/// <summary>How busy a silo is.</summary>
/// <param name="Name">The silo's name.</param>
/// <param name="Since">Since when it has been running.</param>
/// <param name="CallGrains">How many calls' grains are in its memory.</param>
/// <param name="UserGrains">How many users' grains are in its memory.</param>
/// <param name="Grains">How many grains of any kind are in its memory.</param>
/// <param name="Sockets">What its gateway holds.</param>
[GenerateSerializer, Immutable, Alias("Fayo.SiloReport")]
public sealed record SiloReport(
    [property: Id(0)] string Name,
    [property: Id(1)] DateTimeOffset Since,
    [property: Id(2)] int CallGrains,
    [property: Id(3)] int UserGrains,
    [property: Id(4)] int Grains,
    [property: Id(5)] ConnectionCount Sockets);

/// <summary>How many sockets a gateway holds.</summary>
/// <param name="Connections">How many connections of users are open.</param>
/// <param name="Users">Of how many users.</param>
[GenerateSerializer, Immutable, Alias("Fayo.ConnectionCount")]
public sealed record ConnectionCount([property: Id(0)] int Connections, [property: Id(1)] int Users);
