using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth.Tokens;

/// <summary>Reads a list of keys (RFC 7517) where an issuer has no discovery document.</summary>
internal sealed class KeyListRetriever : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">The list cannot be had at the moment.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
        string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
        var configuration = new OpenIdConnectConfiguration { JsonWebKeySet = keys };
        foreach (var key in keys.GetSigningKeys())
        {
            configuration.SigningKeys.Add(key);
        }

        return configuration;
    }
}
