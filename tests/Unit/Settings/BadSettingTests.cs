using Fayo.Calls.Push.Settings;
using Fayo.Calls.Silo.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Settings;

/// <summary>Values that can be read, and would mean something else than whoever wrote them meant.</summary>
public sealed class BadSettingTests
{
    /// <summary>A start is possible with these.</summary>
    private static readonly Dictionary<string, string?> Good = new(StringComparer.Ordinal)
    {
        ["DATABASE_URL"] = "postgresql://fayo:pw@127.0.0.1:5432/fayo?schema=call",
        ["JWT_SECRET"] = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978",
        ["Calls:Media"] = "PeerToPeer",
    };

    [Theory]
    [InlineData("Calls:TrustedProxies", "10.0.0")]
    [InlineData("Calls:TrustedProxies", "0x7f.1")]
    [InlineData("Calls:TrustedProxies", "10/8")]
    [InlineData("Calls:TrustedProxies", "010.0.0.0/8")]
    [InlineData("HOST", "1")]
    [InlineData("Calls:StaffRoles", "*")]
    [InlineData("Calls:StaffRoles", "ADMIN;DOCTOR")]
    [InlineData("Calls:MonitorRoles", "ADMIN|DOCTOR")]
    [InlineData("Calls:BlockingOverriddenBy", "[\"ADMIN\"]")]
    [InlineData("Calls:DoNotDisturbOverriddenBy", "\"ADMIN\"")]
    [InlineData("Calls:SignInUrl", "https://portal.example.com/?to={pagee}")]
    [InlineData("Calls:SignInUrl", "https://portal.example.com/?to={Page}")]
    [InlineData("WS_ALLOWED_ORIGINS", "https://x.example:0")]
    [InlineData("WS_ALLOWED_ORIGINS", "https://1.2.3")]
    [InlineData("Calls:IceServers", "stun:999.1.1.1")]
    [InlineData("Calls:IceServers", "stun:10.0.1:3478")]
    [InlineData("JWT_SECRET", "test-secret-test-secret-test-secret-1")]
    [InlineData("JWT_SECRET", "SuperSecretKey_SuperSecretKey_2026")]
    [InlineData("JWT_SECRET", "insert-your-own-random-secret-value-here")]
    [InlineData("JWT_SECRET", "put a long and random secret here, please")]
    [InlineData("JWT_SECRET", "<generate one with openssl rand -hex 32>")]
    [InlineData("JWT_SECRET", "{{ .Values.secrets.jwtOfTheCallService }}")]
    [InlineData("JWT_SECRET", "${SECRET_FROM_THE_VAULT_OF_THE_TEAM}")]
    public void Stops_the_start_and_is_named_once(string name, string value)
    {
        var refused = Assert.Throws<InvalidSettingsException>(() => Read(name, value));

        var problem = Assert.Single(refused.Problems);
        Assert.StartsWith(name.Replace(":", "__", StringComparison.Ordinal) + ":", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Calls:TrustedProxies", "10.0.0.0/8, 192.168.1.7, fd00::/8, ::1")]
    [InlineData("HOST", "0.0.0.0")]
    [InlineData("Calls:StaffRoles", "ADMIN, realm:head nurse, Ärztin")]
    [InlineData("Calls:SignInUrl", "https://portal.example.com/#/login?to={page}")]
    [InlineData("WS_ALLOWED_ORIGINS", "https://10.0.0.1:8443, https://[::1], https://1.example")]
    [InlineData("Calls:IceServers", "stun:10.0.0.1:3478, stun:[::1]:3478, stun:1.example")]
    [InlineData("JWT_SECRET", "the secret of a team that has 7 members 1")]
    public void Others_like_it_are_good(string name, string value) => Read(name, value);

    [Fact]
    public void No_random_secret_is_taken_for_a_placeholder()
    {
        var random = new Random(5);
        var bytes = new byte[32];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            Assert.Null(SecretRules.FindProblem(Convert.ToHexStringLower(bytes), SecretRules.MinBytes));
            Assert.Null(SecretRules.FindProblem(Convert.ToBase64String(bytes), SecretRules.MinBytes));
            Assert.Null(SecretRules.FindProblem(string.Concat(bytes.Select(one => (char)('0' + (one % 10)))), SecretRules.MinBytes));
        }
    }

    [Fact]
    public void A_key_of_another_curve_is_none_of_Apples()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);

        Assert.Throws<FormatException>(() => ApnsSettings.ParseKey(key.ExportPkcs8PrivateKeyPem()));
    }

    private static SiloSettings Read(string name, string value) =>
        SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(Good).AddInMemoryCollection([new(name, value)]).Build());
}
