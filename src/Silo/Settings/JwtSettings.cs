namespace Fayo.Calls.Silo.Settings;

/// <summary>How clients' JWTs are verified.</summary>
/// <param name="Secret">The secret that they are signed with (HS256); null where the issuer publishes keys instead.</param>
/// <param name="PreviousSecret">The secret before that one; null where there is none.</param>
/// <param name="KeysUrl">Where the issuer publishes its keys; null where it does not.</param>
/// <param name="Authority">The issuer, with a discovery document; null where there is none.</param>
/// <param name="MaxLifetime">The longest lifetime that is accepted; null for any.</param>
internal sealed record JwtSettings(string? Secret, string? PreviousSecret, Uri? KeysUrl, Uri? Authority, TimeSpan? MaxLifetime)
{
    private const string SecretName = "JWT_SECRET";
    private const string PreviousName = "JWT_SECRET_PREVIOUS";
    private const string KeysName = "JWT_JWKS_URL";
    private const string AuthorityName = "JWT_AUTHORITY";

    private const int MinLifetimeSeconds = 60;
    private const int MaxLifetimeSeconds = 366 * 24 * 60 * 60;

    /// <summary>Reads them.</summary>
    /// <param name="read">Reads the settings.</param>
    /// <param name="needsSecret">Something else needs the secret, too; null where nothing does.</param>
    public static JwtSettings Read(SettingReader read, string? needsSecret)
    {
        var (keys, authority) = (ReadUrl(read, KeysName), ReadUrl(read, AuthorityName));
        if (keys is not null && authority is not null)
        {
            read.Refuse(KeysName, $"excludes {AuthorityName}, whose discovery document says where the keys are.");
        }

        var hasSecret = read.Text(SecretName) is not null;
        var hasKeys = (read.Text(KeysName) ?? read.Text(AuthorityName)) is not null;
        if (!hasSecret && (!hasKeys || needsSecret is not null))
        {
            const string Alternatives = $"with {KeysName} or {AuthorityName} an issuer's own keys are accepted instead (RS256, ES256)";
            read.Refuse(
                SecretName,
                hasKeys
                    ? $"is not set; {needsSecret} needs it."
                    : $"is not set; it is what clients' JWTs are signed with (HS256); {Alternatives}.");
        }

        if (!hasSecret && read.Text(PreviousName) is not null)
        {
            read.Refuse(PreviousName, $"is of use only with {SecretName}.");
        }

        const string LifetimeName = "JWT_MAX_LIFETIME";
        return new JwtSettings(
            read.Secret(SecretName, SecretRules.MinBytes),
            // Of any length, so that a short secret can be replaced by a better one.
            read.Secret(PreviousName, minBytes: 0),
            keys,
            authority,
            read.Text(LifetimeName) is null
                ? null
                : TimeSpan.FromSeconds(read.Whole(LifetimeName, MaxLifetimeSeconds, MinLifetimeSeconds, MaxLifetimeSeconds)));
    }

    /// <summary>Nothing that is secret.</summary>
    public override string ToString() => $"JWTs of {Authority ?? KeysUrl}";

    /// <summary>Keys that come over plain http may be anybody's, unless they come from this machine.</summary>
    private static Uri? ReadUrl(SettingReader read, string name)
    {
        var url = read.HttpUrl(name);
        if (url is { IsLoopback: false } && url.Scheme != Uri.UriSchemeHttps)
        {
            read.Refuse(name, "has to be an https URL.");
        }

        return url;
    }
}
