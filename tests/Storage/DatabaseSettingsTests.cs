using Fayo.Calls.Storage.Database;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class DatabaseSettingsTests
{
    [Fact]
    public void A_plain_url_is_understood()
    {
        var connection = Understood("postgresql://fayo:secret@db.example:6432/calls?schema=ring");

        Assert.Equal("db.example", connection.Host);
        Assert.Equal(6432, connection.Port);
        Assert.Equal("fayo", connection.Username);
        Assert.Equal("secret", connection.Password);
        Assert.Equal("calls", connection.Database);
        Assert.Equal("ring", connection.SearchPath);
        Assert.False(connection.Multiplexing);
    }

    [Fact]
    public void What_the_url_leaves_out_has_a_default()
    {
        var connection = Understood("postgres://fayo@localhost/calls");

        Assert.Equal(5432, connection.Port);
        Assert.Null(connection.Password);
        Assert.Equal("call", connection.SearchPath);
        Assert.Equal(2, connection.Timeout);
        Assert.Equal(10, connection.CommandTimeout);
    }

    [Fact]
    public void Percent_encoded_characters_are_decoded()
    {
        var connection = Understood("postgresql://fa%40yo:p%40%2F%23%3F%3A%25%20%C3%A4@localhost/ca%20lls");

        Assert.Equal("fa@yo", connection.Username);
        Assert.Equal("p@/#?:% ä", connection.Password);
        Assert.Equal("ca lls", connection.Database);
    }

    [Theory]
    [InlineData("postgresql://u:p@[::1]:5433/d", "::1")]
    [InlineData("postgresql://u:p@10.0.0.7/d", "10.0.0.7")]
    [InlineData("postgresql://u:p@localhost/d?host=/var/run/postgresql", "/var/run/postgresql")]
    [InlineData("postgresql:///d?host=%2Frun&schema=call", null)]
    public void Addresses_and_sockets_are_hosts(string url, string? host)
    {
        if (host is null)
        {
            Assert.Contains(
                "names no user", Assert.Throws<FormatException>(() => DatabaseSettings.Parse(url)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(host, Understood(url).Host);
        }
    }

    [Fact]
    public void The_parameters_of_existing_deployments_are_understood_or_disregarded()
    {
        var connection = Understood(
            "postgresql://u:p@h/d?schema=call&connection_limit=12&pool_timeout=15&connect_timeout=5&socket_timeout=30&pgbouncer=false" +
            "&statement_cache_size=0&application_name=rings&sslmode=verify-full&sslrootcert=/ca.pem"
            + "&options=-c%20work_mem%3D8MB&channel_binding=prefer");

        Assert.Equal(12, connection.MaxPoolSize);
        Assert.Equal(5, connection.Timeout);
        Assert.Equal("rings", connection.ApplicationName);
        Assert.Equal(SslMode.VerifyFull, connection.SslMode);
        Assert.Equal("/ca.pem", connection.RootCertificate);
        Assert.EndsWith(" -c work_mem=8MB", connection.Options, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    public void Every_mode_of_encryption_is_understood(string mode, SslMode expected) =>
        Assert.Equal(expected, Understood($"postgresql://u:p@h/d?sslmode={mode}").SslMode);

    [Theory]
    [InlineData("sslmode=require&sslaccept=strict", SslMode.VerifyFull)]
    [InlineData("sslaccept=strict&sslmode=require", SslMode.VerifyFull)]
    [InlineData("sslaccept=strict", SslMode.VerifyFull)]
    [InlineData("sslaccept=accept_invalid_certs&sslmode=require", SslMode.Require)]
    [InlineData("sslmode=require&sslaccept=accept_invalid_certs", SslMode.Require)]
    [InlineData("sslmode=require&sslrootcert=/ca.pem", SslMode.VerifyCA)]
    [InlineData("sslrootcert=/ca.pem&sslmode=require", SslMode.VerifyCA)]
    [InlineData("sslrootcert=/ca.pem&sslmode=verify-full", SslMode.VerifyFull)]
    public void Encryption_means_the_same_in_whatever_order_its_parameters_come(string parameters, SslMode expected) =>
        Assert.Equal(expected, Understood($"postgresql://u:p@h/d?{parameters}").SslMode);

    [Fact]
    public void Orleans_has_a_small_pool_of_its_own_that_can_be_told_by_its_name()
    {
        var settings = DatabaseSettings.Parse("postgresql://u:p@h/d", connections: 30);
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        var orleans = new NpgsqlConnectionStringBuilder(settings.OrleansConnectionString);

        Assert.Equal((30, "fayo-calls"), (own.MaxPoolSize, own.ApplicationName));
        Assert.Equal((4, "fayo-calls orleans"), (orleans.MaxPoolSize, orleans.ApplicationName));
        Assert.Equal(8, Understood("postgresql://u:p@h/d").MaxPoolSize);
    }

    [Theory]
    [InlineData("connection_limit=1", 4)]
    [InlineData("connection_limit=4", 4)]
    [InlineData("connection_limit=50", 50)]
    public void A_pool_has_at_least_four_connections(string parameter, int size) =>
        Assert.Equal(size, Understood($"postgresql://u:p@h/d?{parameter}").MaxPoolSize);

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("Hunter2", "must look like")]
    [InlineData("mysql://u:Hunter2@h/d", "must look like")]
    [InlineData("Host=h;Password=Hunter2", "must look like")]
    [InlineData("postgresql://", "names no user")]
    [InlineData("postgresql://u:Hunter2@h:port/d", "not a URL")]
    [InlineData("postgresql://u:Hunter2@h:99999/d", "not a URL")]
    [InlineData("postgresql://u:Hunter2@/d", "not a URL")]
    [InlineData("postgresql://u:Hunter2@h:0/d", "port is 0")]
    [InlineData("postgresql://u:Hunter2%00@h/d", "code 0")]
    [InlineData("postgresql://:Hunter2@h/d", "names no user")]
    [InlineData("postgresql://u:Hunter2@h", "names no database")]
    [InlineData("postgresql://u:Hunter2@h/", "names no database")]
    [InlineData("postgresql://u:Hunter2@h/d/e", "names no database")]
    [InlineData("postgresql://u:p@Hunter2@h/d", "percent-encoded")]
    [InlineData("postgresql://u:Hunter2#@h/d", "percent-encoded")]
    [InlineData("postgresql://u:1?Hunter2@h/d", "percent-encoded")]
    [InlineData("postgresql://u:1/Hunter2@h/d", "percent-encoded")]
    [InlineData("postgresql://u:1?Hunter2=x@h/d", "percent-encoded")]
    [InlineData("postgresql://u:Hunter2@h/d?colour=blue", "colour")]
    [InlineData("postgresql://u:Hunter2@h/d?schema", "schema")]
    [InlineData("postgresql://u:Hunter2@h/d?sch%C3%A4ma=x", "without a proper name")]
    [InlineData("postgresql://u:Hunter2@h/d?schema=", "schema")]
    [InlineData("postgresql://u:Hunter2@h/d?schema=Call", "schema")]
    [InlineData("postgresql://u:Hunter2@h/d?schema=a,b", "schema")]
    [InlineData("postgresql://u:Hunter2@h/d?schema=call%22;drop", "schema")]
    [InlineData("postgresql://u:Hunter2@h/d?connection_limit=many", "connection_limit")]
    [InlineData("postgresql://u:Hunter2@h/d?connection_limit=0", "connection_limit")]
    [InlineData("postgresql://u:Hunter2@h/d?connect_timeout=-1", "connect_timeout")]
    [InlineData("postgresql://u:Hunter2@h/d?sslmode=maybe", "sslmode")]
    [InlineData("postgresql://u:Hunter2@h/d?pgbouncer=true", "pgbouncer")]
    [InlineData("postgresql://u:x@h/d?sslpassword=Hunter2&sslpasswort=Hunter2", "sslpasswort")]
    public void A_bad_url_is_refused_without_repeating_the_password(string? url, string named)
    {
        var message = Assert.Throws<FormatException>(() => DatabaseSettings.Parse(url)).Message;

        Assert.StartsWith("DATABASE_URL ", message, StringComparison.Ordinal);
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.DoesNotContain("Hunter2", message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Its_text_tells_where_the_database_is_but_no_secret()
    {
        var text = DatabaseSettings.Parse("postgresql://fayo:Hunter2@h:1/d?schema=s").ToString();

        Assert.Equal("database d at h:1, schema s", text);
    }

    private static NpgsqlConnectionStringBuilder Understood(string url) => new(DatabaseSettings.Parse(url).ConnectionString);
}
