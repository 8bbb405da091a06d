using System.Net;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Tests.Unit.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Limits;

public sealed class AddressRateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Measurements _measurements = new();

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void An_IPv4_address_and_a_network_of_64_bits_each_have_one_limit(string one, string other, bool haveOneLimit)
    {
        var rate = Create(burst: 1);
        Assert.True(rate.TryTake(IPAddress.Parse(one), out _));
        Assert.Equal(!haveOneLimit, rate.TryTake(IPAddress.Parse(other), out _));
    }

    [Fact]
    public void Whether_a_request_could_be_counted_can_be_asked_without_counting_one()
    {
        var rate = Create(burst: 1);
        Assert.True(rate.MayTake(IPAddress.Loopback));
        Assert.True(rate.MayTake(IPAddress.Loopback));
        Assert.Equal(0, rate.AddressCount);

        Assert.True(rate.TryTake(IPAddress.Loopback, out _));
        Assert.False(rate.MayTake(IPAddress.Loopback));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(rate.MayTake(IPAddress.Loopback));
    }

    [Fact]
    public void Requests_that_are_too_many_are_counted_and_told_when_to_come_again()
    {
        var rate = Create(burst: 1);
        rate.TryTake(IPAddress.Loopback, out _);
        Assert.Empty(_measurements.Take());

        Assert.False(rate.TryTake(IPAddress.Loopback, out var retryAfter));

        Assert.Equal(1, retryAfter);
        Assert.Equal(["fayo.calls.request.throttled limit=address 1"], _measurements.Take());
    }

    [Fact]
    public void However_many_addresses_there_are_only_so_many_are_remembered_and_the_rest_has_one_limit()
    {
        var rate = Create(burst: 2);
        for (var i = 0; i < 100_000; i++)
        {
            rate.TryTake(new IPAddress(i), out _);
        }

        Assert.Equal(65_536, rate.AddressCount);
        Assert.False(rate.TryTake(IPAddress.Parse("198.51.100.1"), out _));
        Assert.True(rate.TryTake(new IPAddress(0), out _));

        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(rate.TryTake(IPAddress.Parse("198.51.100.1"), out _));
        Assert.Equal(1, rate.AddressCount);
    }

    public void Dispose() => _measurements.Dispose();

    private AddressRate Create(int burst) =>
        new(
            new GatewaySettings { JwtSecret = "secret", AddressRequestsPerSecond = 1, AddressRequestBurst = burst },
            _time,
            new LimitMetrics(_measurements.Meters));
}
