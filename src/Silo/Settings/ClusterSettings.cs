using System.Net;
using Fayo.Calls.Silo.Network;

namespace Fayo.Calls.Silo.Settings;

/// <summary>How this silo takes part in a cluster.</summary>
/// <param name="Clustering">How silos find each other.</param>
/// <param name="ClusterId">Silos with the same id form one cluster.</param>
/// <param name="ServiceId">What is kept of users, and reminders, belong to the service with this id, whatever the cluster's id is.</param>
/// <param name="Address">Where the other silos reach this one.</param>
/// <param name="SiloPort">The port for other silos.</param>
/// <param name="GatewayPort">The port for Orleans clients outside the cluster; 0 opens none, and the service needs none.</param>
/// <param name="TlsFolder">The folder with the certificates for TLS between silos; null for none.</param>
internal sealed record ClusterSettings(
    Clustering Clustering, string ClusterId, string ServiceId, IPAddress Address, int SiloPort, int GatewayPort, string? TlsFolder)
{
    private const int MaxIdLength = 150;
    private const string DefaultId = "fayo-calls";
    private const string AddressSetting = "Calls:SiloAddress";

    /// <summary>Reads the settings of the cluster.</summary>
    public static ClusterSettings Read(SettingReader read)
    {
        var clustering = read.Choice("Calls:Clustering", Clustering.Localhost);
        return new ClusterSettings(
            clustering,
            ReadId(read, "Calls:ClusterId"),
            ReadId(read, "Calls:ServiceId"),
            ReadAddress(read, clustering),
            read.Whole("Calls:SiloPort", 11111, 1, 65535),
            read.Whole("Calls:SiloGatewayPort", 0, 0, 65535),
            ReadTlsFolder(read));
    }

    private static string ReadId(SettingReader read, string name)
    {
        var id = read.Text(name) ?? DefaultId;
        if (id.Length > MaxIdLength)
        {
            read.Refuse(name, $"has {id.Length} characters; the tables of Orleans have room for {MaxIdLength}.");
        }

        return id;
    }

    /// <summary>
    /// Reads where other silos reach this one. In a cluster that must not be a loopback address by mistake: silos of different
    /// machines would then call themselves in place of each other, and declare each other dead.
    /// </summary>
    private static IPAddress ReadAddress(SettingReader read, Clustering clustering)
    {
        switch (read.Text(AddressSetting)?.ToLowerInvariant())
        {
            case "auto":
                return FindAddress(read);
            case "loopback":
                return IPAddress.Loopback;
            default:
                var address = read.Address(AddressSetting, IPAddress.Loopback);
                if (clustering == Clustering.AdoNet
                    && (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
                {
                    read.Refuse(
                        AddressSetting,
                        $"is {address}, where silos on other machines do not reach this one; "
                        + "with Calls__Clustering=AdoNet it has to be 'auto', "
                        + "the address of this machine, or 'loopback' where all silos run on this one machine.");
                }

                return address;
        }
    }

    private static IPAddress FindAddress(SettingReader read)
    {
        if (MachineAddress.Find(read.Text("DATABASE_URL")) is { } address)
        {
            return address;
        }

        read.Refuse(AddressSetting, "is 'auto', but this machine has no address other than loopback.");
        return IPAddress.Loopback;
    }

    private static string? ReadTlsFolder(SettingReader read)
    {
        const string Name = "Calls:SiloTls";
        if (read.Text(Name) is not { } folder)
        {
            return null;
        }

        if (SiloCertificates.FindProblem(folder) is { } problem)
        {
            read.Refuse(Name, problem);
        }

        return folder;
    }
}
