using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth.Tokens;

/// <summary>
/// Tells tokens that give access from others that the same issuer signs with the same key, such as refresh tokens, which live long and are
/// meant for the issuer alone.
/// </summary>
internal static class TokenPurpose
{
    /// <summary>The types of a header that gives access; the second is that of RFC 9068.</summary>
    private static readonly string[] AccessTypes = ["JWT", "at+jwt", "application/at+jwt"];

    /// <summary>
    /// The claims in which issuers say what a token is for: Keycloak, many services of their own making, Amazon Cognito, and libraries such
    /// as Simple JWT for Django.
    /// </summary>
    private static readonly string[] Claims = ["typ", "type", "token_use", "token_type"];

    private static readonly string[] OtherPurposes = ["refresh", "refresh_token", "refreshtoken", "id", "id_token", "idtoken", "offline"];

    /// <summary>Refuses a token that says that it is for something else.</summary>
    /// <returns>Null where it may give access.</returns>
    public static SecurityTokenException? FindProblem(JsonWebToken token)
    {
        if (token.Typ is { Length: > 0 } type && !AccessTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            return new UnusablePurposeException();
        }

        foreach (var name in Claims)
        {
            if (token.TryGetPayloadValue<object>(name, out var value) && value is string purpose
                && OtherPurposes.Contains(purpose, StringComparer.OrdinalIgnoreCase))
            {
                return new UnusablePurposeException();
            }
        }

        return null;
    }
}
