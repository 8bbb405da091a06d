using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

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
        var ids = string.Join('\n', configuration.SigningKeys.Select(key => key.KeyId).Order(StringComparer.Ordinal));
        if (Interlocked.Exchange(ref _known, ids) is { } before && before != ids)
        {
            onChange();
        }

        return configuration;
    }
}
