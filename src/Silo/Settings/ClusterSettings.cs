using System.Net;

namespace Fayo.Calls.Silo.Settings;

/// <summary>How silos find each other.</summary>
internal enum Clustering
{
    /// <summary>One silo, on this machine.</summary>
    Localhost,

    /// <summary>Any number of silos that share the database.</summary>
    AdoNet,
}

/// <summary>How this silo takes part in a cluster.</summary>
/// <param name="Clustering">How silos find each other.</param>
/// <param name="ClusterId">Silos with the same id form one cluster.</param>
/// <param name="Address">Where the other silos reach this one.</param>
/// <param name="SiloPort">The port for other silos.</param>
/// <param name="GatewayPort">The port for Orleans clients outside the cluster.</param>
internal sealed record ClusterSettings(Clustering Clustering, string ClusterId, IPAddress Address, int SiloPort, int GatewayPort)
{
    /// <summary>Reads the settings of the cluster.</summary>
    public static ClusterSettings Read(SettingReader read) => new(
        read.Choice("Calls:Clustering", Clustering.Localhost),
        read.Text("Calls:ClusterId") ?? "fayo-calls",
        read.Address("Calls:SiloAddress", IPAddress.Loopback),
        read.Whole("Calls:SiloPort", 11111, 1, 65535),
        read.Whole("Calls:SiloGatewayPort", 30000, 1, 65535));
}
