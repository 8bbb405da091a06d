using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Fayo.Calls.Gateway.Settings;

namespace Fayo.Calls.Gateway.Demo;

/// <summary>
/// Which browsers may use the local demo. Who started the service was told one-time words; each lets one browser in, which then has a
/// session until the service ends. Other users of the machine know no word, and pages of other origins cannot read the session.
/// </summary>
internal sealed class DemoSessions(GatewaySettings settings)
{
    private const int SessionBytes = 32;

    private readonly ConcurrentDictionary<string, bool> _words =
        new(settings.DemoWords.Select(word => KeyValuePair.Create(HashOf(word), true)), StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, bool> _sessions = new(StringComparer.Ordinal);

    /// <summary>Uses a word, which lets nobody else in after that.</summary>
    /// <returns>A session; null where there is no such word, or it has been used.</returns>
    public string? Open(string word)
    {
        if (!_words.TryRemove(HashOf(word), out _))
        {
            return null;
        }

        var session = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SessionBytes));
        _sessions[HashOf(session)] = true;
        return session;
    }

    /// <summary>True for a session that was opened.</summary>
    public bool IsOpen(string? session) => session is { Length: > 0 } && _sessions.ContainsKey(HashOf(session));

    /// <summary>Secrets are looked up by their hashes, so that the time this takes reveals nothing of them.</summary>
    private static string HashOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
