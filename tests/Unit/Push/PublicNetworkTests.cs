using System.Net;
using Fayo.Calls.Push.Services;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Push;

/// <summary>Any user can register any address: none may lead into the service's own network.</summary>
public class PublicNetworkTests
{
    [Theory]
    [InlineData("142.250.74.42")]
    [InlineData("17.188.143.65")]
    [InlineData("2607:f8b0:4004:c07::5f")]
    [InlineData("172.32.0.1")]
    [InlineData("::ffff:142.250.74.42")]
    public void A_push_may_go_to_a_public_address(string address) => Assert.True(new PublicNetwork([]).IsAllowed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("::10.1.2.3")]
    [InlineData("64:ff9b::a01:203")]
    [InlineData("2002:a01:203::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    public void No_push_goes_to_an_address_that_is_not_public(string address) =>
        Assert.False(new PublicNetwork([]).IsAllowed(IPAddress.Parse(address)));

    [Fact]
    public void A_network_that_is_configured_is_accepted_and_no_other()
    {
        var network = new PublicNetwork([IPNetwork.Parse("10.2.0.0/16")]);

        Assert.True(network.IsAllowed(IPAddress.Parse("10.2.3.4")));
        Assert.True(network.IsAllowed(IPAddress.Parse("::ffff:10.2.3.4")));
        Assert.False(network.IsAllowed(IPAddress.Parse("10.3.3.4")));
    }
}
