using System.Globalization;
using Fayo.Calls.Grains.Media;
using Fayo.Calls.Tests.Unit.Monitor;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls;

/// <summary>What two browsers are given to find each other.</summary>
public class PeerToPeerCredentialsTests
{
    private const string Secret = "north wind, north star";

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddSeconds(1000);
    private static readonly CallSession Ringing = MonitoredCallsOf.State("call").Session;
    private static readonly CallSession Answered = Ringing with { AnsweredAt = Now };

    private static readonly PeerToPeerCredentials Source = new(
    [
        new IceServerOptions(["stun:one", "turn:one"], Secret: Secret),
        new IceServerOptions(["turns:two"], "fayo", "password"),
        new IceServerOptions(["stun:three"]),
    ]);

    [Fact]
    public void Before_the_answer_nobody_gets_what_opens_a_relay()
    {
        var servers = Issue(Ringing).IceServers!;

        Assert.Equal(["stun:one", "stun:three"], servers.SelectMany(server => server.Urls));
        Assert.All(servers, server => Assert.Equal((null, null), (server.Username, server.Credential)));
    }

    [Fact]
    public void An_answered_call_gets_a_password_of_its_own_that_the_relay_can_check_and_that_ends_with_the_credential()
    {
        var credential = Issue(Answered);
        var relay = credential.IceServers![0];

        Assert.Equal(["stun:one", "turn:one"], relay.Urls);
        Assert.Equal("1090:ann", relay.Username);
        Assert.Equal(1090, credential.ExpiresAt.ToUnixTimeSeconds());
        Assert.Equal(20, Convert.FromBase64String(relay.Credential!).Length);
        Assert.Equal(("fayo", "password"), (credential.IceServers[1].Username, credential.IceServers[1].Credential));
    }

    [Fact]
    public void The_password_is_that_of_a_known_example()
    {
        // openssl: printf %s 1433895918:ann | openssl dgst -sha1 -hmac 'north wind, north star' -binary | base64
        var seconds = (int)(DateTimeOffset.FromUnixTimeSeconds(1433895918) - Now).TotalSeconds;
        var relay = Source.Issue(Answered, "ann", CredentialRole.Host, seconds, Now).IceServers![0];
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{1433895918}:ann"), relay.Username);
        Assert.Equal("Q34nfoBK7mJpIn5YVlqmSPtqaMc=", relay.Credential);
    }

    [Fact]
    public void Nothing_that_is_secret_is_printed()
    {
        Assert.DoesNotContain(Secret, new IceServerOptions(["turn:one"], Secret: Secret).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("password", new IceServerOptions(["turn:one"], "fayo", "password").ToString(), StringComparison.Ordinal);
    }

    private static Credential Issue(CallSession session) => Source.Issue(session, "ann", CredentialRole.Host, 90, Now);
}
