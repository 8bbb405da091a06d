using System.Net;
using System.Net.Sockets;

namespace Fayo.Calls.Silo.Settings;

/// <summary>What stops the program before it serves anybody, in sentences that name the setting.</summary>
internal static class StartProblem
{
    /// <summary>The exit code where a setting, or what it names, cannot be used.</summary>
    public const int BadSettings = 2;

    /// <summary>Prints the problems.</summary>
    /// <returns>The program's exit code.</returns>
    public static int Report(IEnumerable<string> problems)
    {
        Console.Error.WriteLine("Fayo.Calls cannot start:");
        foreach (var problem in problems)
        {
            Console.Error.WriteLine($"  {problem}");
        }

        return BadSettings;
    }

    /// <summary>Which ports cannot be listened on, so that nothing is half started; empty where all can.</summary>
    public static IReadOnlyList<string> FindUnusablePorts(SiloSettings settings)
    {
        var (cluster, metricsPort) = (settings.Cluster, settings.Telemetry.MetricsPort);
        // As Orleans listens: on every address, except in a cluster on one machine.
        var siloHost = IPAddress.IsLoopback(cluster.Address) ? cluster.Address : IPAddress.Any;
        List<(string Setting, IPAddress Host, int Port)> ports =
            [("PORT", settings.Host, settings.Port), ("Calls__SiloPort", siloHost, cluster.SiloPort)];
        if (cluster.GatewayPort > 0)
        {
            ports.Add(("Calls__SiloGatewayPort", siloHost, cluster.GatewayPort));
        }

        if (metricsPort > 0)
        {
            ports.Add(("Calls__MetricsPort", settings.Host, metricsPort));
        }

        return
        [
            .. ports
                .Where(one => ports.Any(other => other.Setting != one.Setting && other.Port == one.Port))
                .Select(one => $"{one.Setting}: {one.Port} is also another setting's port."),
            .. ports.Select(one => FindProblem(one.Setting, one.Host, one.Port)).OfType<string>(),
        ];
    }

    private static string? FindProblem(string setting, IPAddress host, int port)
    {
        try
        {
            using var listener = new TcpListener(host, port);
            listener.Start();
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return $"{setting}: {port} is in use by another program on {host}.";
        }
        catch (SocketException e)
        {
            return $"{setting}: nothing can listen on {host}, port {port}: {e.Message}.";
        }
    }
}
