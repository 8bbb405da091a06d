using System.Net.Sockets;
using Fayo.Calls.Silo.Settings;

namespace Fayo.Calls.Silo;

/// <summary>What stops the program before it serves anybody, in sentences that name the setting.</summary>
internal static class StartProblem
{
    private const int BadSettings = 2;

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

    /// <summary>Which port is in use by another program; null where the failure is another.</summary>
    public static string? FindPortInUse(Exception failure, SiloSettings settings)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable })
            {
                return Describe(failure, settings);
            }
        }

        return null;
    }

    /// <summary>Of the web server's ports the failure names the address; the silo's own port fails without one.</summary>
    private static string Describe(Exception failure, SiloSettings settings)
    {
        var message = failure.ToString();
        return message.Contains($":{settings.Port}:", StringComparison.Ordinal) || message.Contains($":{settings.Port} ", StringComparison.Ordinal)
            ? $"PORT: {settings.Port} cannot be used on {settings.Host}: another program listens there, or this machine does not have that address."
            : $"Calls__SiloPort: {settings.Cluster.SiloPort} cannot be used on {settings.Cluster.Address}: another program listens there, or this machine does not have that address.";
    }
}
