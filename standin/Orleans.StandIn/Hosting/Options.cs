using System.Net;
using Orleans.Storage;

namespace Orleans.Configuration;

/// <summary>Names of the service and of the cluster.</summary>
public class ClusterOptions
{
    public string ClusterId { get; set; } = "default";

    /// <summary>The service: part of every key in storage, and to be kept for ever.</summary>
    public string ServiceId { get; set; } = "default";
}

/// <summary>The silo.</summary>
public class SiloOptions
{
    /// <summary>Its name; null for one made from its address.</summary>
    public string SiloName { get; set; } = null!;
}

/// <summary>Where a silo would listen; the stand-in does not, but tells its address by it.</summary>
public class EndpointOptions
{
    public IPAddress AdvertisedIPAddress { get; set; } = null!;
    public int SiloPort { get; set; } = 11111;
    public int GatewayPort { get; set; } = 30000;
}

/// <summary>When activations end that nobody uses.</summary>
public class GrainCollectionOptions
{
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an activation may be idle; longer than the quantum.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long <see cref="IGrainBase.OnActivateAsync"/> may take.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="IGrainBase.OnDeactivateAsync"/> may take.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>What a silo remembers of where grains are; the stand-in has them all itself.</summary>
public class GrainDirectoryOptions
{
    public int CacheSize { get; set; } = 1_000_000;
}

/// <summary>Calls of grains.</summary>
public class SiloMessagingOptions
{
    /// <summary>How long a caller waits before it gets a <see cref="TimeoutException"/>.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>A database that Orleans keeps something in.</summary>
public abstract class AdoNetOptions
{
    /// <summary>The ADO.NET provider; the stand-in knows <c>Npgsql</c>.</summary>
    public string Invariant { get; set; } = null!;

    public string? ConnectionString { get; set; }
}

/// <summary>Clustering through a database, which the stand-in refuses.</summary>
public class AdoNetClusteringSiloOptions : AdoNetOptions;

/// <summary>Grain storage in a database.</summary>
public class AdoNetGrainStorageOptions : AdoNetOptions
{
    /// <summary>Turns states into bytes. The stand-in has none of its own.</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;
}

/// <summary>Reminders in a database.</summary>
public class AdoNetReminderTableOptions : AdoNetOptions;
