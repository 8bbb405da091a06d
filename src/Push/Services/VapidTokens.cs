using System.Text.Json.Nodes;
using Fayo.Calls.Push.Settings;
using Lib.Net.Http.WebPush.Authentication;

namespace Fayo.Calls.Push.Services;

/// <summary>The tokens by which browsers' push services know this service (RFC 8292), one for each of them.</summary>
/// <remarks>
/// In the place of the library's cache, so that the library signs none: it leaves the port out of the audience, and may sign on two threads
/// with one key at once.
/// </remarks>
/// <param name="keys">The keys.</param>
/// <param name="subject">Whom a push service may write to.</param>
/// <param name="clock">The time.</param>
internal sealed class VapidTokens(VapidKeys keys, string subject, TimeProvider clock) : IVapidTokenCache, IDisposable
{
    /// <summary>RFC 8292 allows 24 hours.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly SignedTokens _tokens =
        new(keys.Parameters, new JsonObject { ["typ"] = "JWT", ["alg"] = "ES256" }, Lifetime / 2, clock);

    /// <summary>The token for a push service.</summary>
    /// <param name="audience">Its origin.</param>
    public string Get(string audience) => _tokens.Get(audience, now => new JsonObject
    {
        ["aud"] = audience,
        ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
        ["sub"] = subject,
    });

    /// <summary>Never called: <see cref="Get"/> always has one.</summary>
    public void Put(string audience, DateTimeOffset expiration, string token)
    {
        // Nothing to keep.
    }

    public void Dispose() => _tokens.Dispose();
}
