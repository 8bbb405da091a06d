using System.Net;

namespace Fayo.Calls.Cli;

/// <summary>Where the service is: <c>FAYO_URL</c>, or the local default.</summary>
internal static class ServiceAddress
{
    private const string Variable = "FAYO_URL";
    private const string Default = "http://127.0.0.1:3010";

    /// <summary>Reads the address.</summary>
    /// <param name="base">Comes before the environment where it is given.</param>
    /// <exception cref="CommandFailedException">It is not an http or https address.</exception>
    public static Uri Read(string? @base = null)
    {
        var text = @base ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : Default);
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw new CommandFailedException($"{(@base is null ? Variable : "--base")} must be an http or https address, such as {Default}.");
    }

    /// <summary>Reads the address, for a command that may only be turned on this machine.</summary>
    /// <param name="base">Comes before the environment where it is given.</param>
    /// <exception cref="CommandFailedException">It is not a plain http address of this machine.</exception>
    public static Uri ReadLoopback(string? @base = null)
    {
        var address = Read(@base);
        if (!IsLoopback(address.DnsSafeHost))
        {
            throw new CommandFailedException($"{address.DnsSafeHost} is not this machine: load is made only for a loopback address.");
        }

        return address.Scheme == Uri.UriSchemeHttp
            ? address
            : throw new CommandFailedException($"Load is made over plain http only, for {Default} or the like.");
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
}
