using System.Net;
using System.Text;
using Fayo.Calls.Events.Webhooks;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Events;

/// <summary>What webhooks are signed with, and where they may lead.</summary>
public sealed class WebhookTests
{
    [Fact]
    public void A_signature_is_that_of_the_example_that_other_implementations_test_with()
    {
        Assert.True(WebhookSecret.TryParse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var secret, out _));

        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            secret.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("""{"test": 2432232314}""")));
        Assert.DoesNotContain("MfKQ9", secret.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void While_a_secret_is_changed_a_request_carries_a_signature_with_each()
    {
        var secrets = Array.ConvertAll(["bmV3LW5ldy1uZXctbmV3LTAxMjM0NTY3ODk=", "b2xkLW9sZC1vbGQtb2xkLTAxMjM0NTY3ODk="], Parse);
        var webhook = new WebhookSettings(
            new Uri("https://hooks.example.com/"), secrets[0], secrets[1], EventSubscription.AllKinds, AllowsPrivate: false);

        Assert.Equal(
            string.Join(' ', secrets.Select(secret => secret.Sign("evt_1", 1614265330, "{}"u8))),
            webhook.Sign("evt_1", 1614265330, "{}"u8));
        Assert.DoesNotContain(' ', (webhook with { PreviousSecret = null }).Sign("evt_1", 1614265330, "{}"u8));

        static WebhookSecret Parse(string text) => WebhookSecret.TryParse("whsec_" + text, out var secret, out _)
            ? secret
            : throw new ArgumentException("It is no secret.", nameof(text));
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILA==")]
    [InlineData("whsec_not base64 at all, but long enough")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("whsec_YWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJj")]
    public void A_secret_that_is_none_or_too_weak_is_refused_without_being_repeated(string text)
    {
        Assert.False(WebhookSecret.TryParse(text, out _, out var problem));
        Assert.DoesNotContain(text.Length > 6 ? text[6..] : "\0", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2001::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Addresses_inside_a_network_are_not_public(string address) =>
        Assert.False(PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("93.184.216.34")]
    [InlineData("172.32.0.1")]
    [InlineData("192.169.0.1")]
    [InlineData("223.255.255.254")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    public void Addresses_in_the_internet_are_public(string address) => Assert.True(PublicAddresses.IsPublic(IPAddress.Parse(address)));
}
