using System.Net;

namespace Fayo.Calls.Tools;

/// <summary>Where the service is: the environment variable <c>FAYO_URL</c>, or the local default.</summary>
public static class ServiceAddress
{
    private const string Variable = "FAYO_URL";
    private const string Default = "http://127.0.0.1:3010";

    /// <summary>Reads the address.</summary>
    /// <param name="given">The value of an option, which takes precedence over the environment; null where it is not given.</param>
    /// <param name="option">The option's name.</param>
    /// <exception cref="CommandFailedException">It is not an http or https address.</exception>
    public static Uri Read(string? given = null, string option = "--base")
    {
        var text = given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : Default);
        if (Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            return address;
        }

        var name = given is null ? Variable : option;
        throw new CommandFailedException($"{name} must be an http or https address, such as {Default}.");
    }

    /// <summary>Reads the address for a command that makes load, which is allowed on this machine only.</summary>
    /// <param name="given">The value of an option, which takes precedence over the environment; null where it is not given.</param>
    /// <param name="option">The option's name.</param>
    /// <exception cref="CommandFailedException">It is not a plain http address of this machine.</exception>
    public static Uri ReadLoopback(string? given = null, string option = "--base")
    {
        var address = Read(given, option);
        if (!IsLoopback(address.DnsSafeHost))
        {
            throw new CommandFailedException($"{address.DnsSafeHost} is not this machine: load is made only for a loopback address.");
        }

        return address.Scheme == Uri.UriSchemeHttp
            ? address
            : throw new CommandFailedException($"Load is made over plain http only, for {Default} or the like.");
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
}
