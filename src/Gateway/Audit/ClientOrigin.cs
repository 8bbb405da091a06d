using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Audit;

/// <summary>Where a request comes from.</summary>
/// <param name="Address">The client's address, as the proxies that are trusted declare it.</param>
/// <param name="Agent">The client's program, as it calls itself.</param>
internal sealed record ClientOrigin(string? Address, string? Agent)
{
    private const int MaxAgentLength = 200;

    /// <summary>Reads it from a request.</summary>
    public static ClientOrigin Of(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        var agent = http.Request.Headers.UserAgent.ToString();
        return new ClientOrigin(
            (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString(),
            agent.Length == 0 ? null : Clean(agent.Length > MaxAgentLength ? agent[..MaxAgentLength] : agent));
    }

    /// <summary>Without what cannot be stored, or would look like something else when it is printed.</summary>
    private static string Clean(string text) =>
        string.Concat(text.Select(character => char.IsBetween(character, ' ', '~') ? character : '?'));
}
