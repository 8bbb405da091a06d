using Fayo.Calls.Gateway.Settings;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth.Tokens;

/// <summary>
/// The keys that JWTs are verified with: the secrets that issuer and service share (HS256), and the public keys that an issuer publishes
/// (RS256, ES256). Each kind has parameters of its own, so that a public key is never taken for a secret.
/// </summary>
internal sealed class TokenKeys : IDisposable
{
    /// <summary>How soon after the last attempt a key that nobody knows has the list fetched again.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AutomaticRefreshInterval = TimeSpan.FromMinutes(10);

    private readonly KeyDocuments _documents;
    private readonly TokenValidationParameters? _shared;
    private readonly TokenValidationParameters? _published;

    /// <param name="settings">Where the keys are.</param>
    /// <param name="checkLifetime">Checks the times of every token.</param>
    /// <param name="onChange">Is called when the issuer has published other keys.</param>
    /// <param name="time">The clock.</param>
    public TokenKeys(GatewaySettings settings, LifetimeValidator checkLifetime, Action onChange, TimeProvider time)
    {
        _documents = new KeyDocuments(time);
        if (settings.JwtSecret is not null)
        {
            string?[] secrets = [settings.JwtSecret, settings.JwtSecretPrevious];
            _shared = CreateParameters(settings, checkLifetime, SecurityAlgorithms.HmacSha256);
            _shared.IssuerSigningKeys = secrets.OfType<string>().Select(SigningKey.Of).ToList();
            // Tokens name no key, or one of the issuer's own making.
            _shared.TryAllIssuerSigningKeys = true;
        }

        if (Find(settings, onChange) is { } issuer)
        {
            _published = CreateParameters(settings, checkLifetime, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256);
            _published.ConfigurationManager = issuer;
            // An issuer with a discovery document names itself there.
            _published.ValidateIssuer |= settings.JwtAuthority is not null;
        }
    }

    /// <summary>Verifies a token's signature, times, issuer and audience.</summary>
    /// <exception cref="KeysUnavailableException">The issuer's keys cannot be fetched, and none that are known fit.</exception>
    public async Task<TokenValidationResult> ValidateAsync(JsonWebTokenHandler tokens, string token)
    {
        var parameters = IsSignedWithPublishedKey(tokens, token) ? _published : _shared;
        var result = await tokens.ValidateTokenAsync(token, parameters ?? _published);
        return parameters == _published && _documents.IsFailing && result.Exception is SecurityTokenSignatureKeyNotFoundException
            ? new TokenValidationResult { IsValid = false, Exception = new KeysUnavailableException() }
            : result;
    }

    public void Dispose() => _documents.Dispose();

    private static TokenValidationParameters CreateParameters(
        GatewaySettings settings, LifetimeValidator checkLifetime, params string[] algorithms) => new()
    {
        ValidAlgorithms = algorithms,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = checkLifetime,
        ValidateIssuer = settings.JwtIssuer is not null,
        ValidIssuer = settings.JwtIssuer,
        ValidateAudience = settings.JwtAudience is not null,
        ValidAudience = settings.JwtAudience,
    };

    private ConfigurationManager<OpenIdConnectConfiguration>? Find(GatewaySettings settings, Action onChange)
    {
        if (settings is { JwtAuthority: null, JwtKeysUrl: null })
        {
            return null;
        }

        var (address, retriever) = settings.JwtAuthority is { } authority
            ? ($"{authority.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever())
            : (settings.JwtKeysUrl!.AbsoluteUri, (IConfigurationRetriever<OpenIdConnectConfiguration>)new KeyListRetriever());
        return new ConfigurationManager<OpenIdConnectConfiguration>(
            address, new ChangeDetector(retriever, onChange), _documents)
        {
            RefreshInterval = RefreshInterval,
            AutomaticRefreshInterval = AutomaticRefreshInterval,
            // A key that the issuer has withdrawn is not accepted any more.
            UseLastKnownGoodConfiguration = false,
        };
    }

    /// <summary>What the token says of itself decides which keys are tried; with the wrong ones it is simply not valid.</summary>
    private bool IsSignedWithPublishedKey(JsonWebTokenHandler tokens, string token) =>
        _published is not null
        && tokens.CanReadToken(token)
        && !new JsonWebToken(token).Alg.StartsWith("HS", StringComparison.Ordinal);
}
