using Fayo.Calls.Silo.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Settings;

/// <summary>A setting outside of the section <c>Calls</c> whose name is nearly right would silently do nothing.</summary>
public sealed class MisspeltSettingsTests
{
    [Theory]
    [InlineData("JWT_AUDIANCE", "JWT_AUDIENCE")]
    [InlineData("JWT_ISSUERS", "JWT_ISSUER")]
    [InlineData("KAFKA_BROKER", "KAFKA_BROKERS")]
    [InlineData("RABBITMQ_URI", "RABBITMQ_URL")]
    [InlineData("AGORA_TOKENTTL", "AGORA_TOKEN_TTL")]
    [InlineData("WS_ALLOWED_ORIGIN", "WS_ALLOWED_ORIGINS")]
    [InlineData("Calls_RingTimeout", "Calls__RingTimeout")]
    [InlineData("Call:RingTimeout", "Calls__RingTimeout")]
    public void It_is_refused_and_the_right_name_is_told(string name, string meant)
    {
        var problem = Assert.Single(Read(new() { [name] = "x" }));

        var variable = name.Replace(":", "__", StringComparison.Ordinal);
        Assert.Equal($"{variable}: is not a setting of this program; is {meant} meant?", problem);
    }

    [Theory]
    [InlineData("RABBITMQ_HOST")]
    [InlineData("RABBITMQ_PORT")]
    [InlineData("KAFKA_SERVICE_HOST")]
    [InlineData("JWT_SECRET_FILE")]
    [InlineData("JWT_EXPIRES_IN")]
    [InlineData("HOME")]
    [InlineData("HOSTNAME")]
    [InlineData("PATH")]
    [InlineData("DATABASE_URLS")]
    public void Those_of_other_programs_are_left_alone(string name)
    {
        // Beside the right one, as DATABASE_URL here, one that is nearly the same belongs to somebody else.
        Assert.Empty(Read(new() { [name] = "x" }));
    }

    private static IReadOnlyList<string> Read(Dictionary<string, string?> settings)
    {
        var all = new Dictionary<string, string?>(settings)
        {
            ["DATABASE_URL"] = "postgresql://fayo:pw@127.0.0.1:5432/fayo?schema=call",
            ["JWT_SECRET"] = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978",
            ["Calls:Media"] = "PeerToPeer",
        };
        try
        {
            SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
            return [];
        }
        catch (InvalidSettingsException e)
        {
            return e.Problems;
        }
    }
}
