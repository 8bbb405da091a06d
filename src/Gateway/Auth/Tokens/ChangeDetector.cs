using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth.Tokens;

/// <summary>Tells when an issuer has other keys than before.</summary>
/// <param name="keys">Fetches the keys.</param>
/// <param name="onChange">Is called after every change; not for the first keys.</param>
internal sealed class ChangeDetector(IConfigurationRetriever<OpenIdConnectConfiguration> keys, Action onChange)
    : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    private string? _known;

    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">The keys cannot be had at the moment.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
        string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var configuration = await keys.GetConfigurationAsync(address, retriever, cancel);
        // Not by their ids: an issuer may give none, or the same to another key.
        var known = string.Join('\n', configuration.SigningKeys.Select(Describe).Order(StringComparer.Ordinal));
        if (Interlocked.Exchange(ref _known, known) is { } before && before != known)
        {
            onChange();
        }

        return configuration;
    }

    private static string Describe(SecurityKey key) =>
        key.CanComputeJwkThumbprint() ? Convert.ToHexString(key.ComputeJwkThumbprint()) : key.KeyId ?? "";
}
