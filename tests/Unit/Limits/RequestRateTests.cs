using System.Globalization;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Tests.Unit.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Limits;

public sealed class RequestRateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Measurements _measurements = new();

    [Theory]
    [InlineData(19, 40)]
    [InlineData(200, 10)]
    [InlineData(7, 2)]
    [InlineData(1001, 3)]
    public void Every_user_may_make_exactly_as_many_requests_as_the_settings_say(int perSecond, int burst)
    {
        var rate = Create(perSecond, burst);
        Assert.Equal(burst, TakeAll(rate, "ann"));

        var taken = 0;
        for (var i = 0; i < 5000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            taken += TakeAll(rate, "ann");
        }

        Assert.Equal(perSecond * 5, taken);
        Assert.Equal(burst, TakeAll(rate, "bob"));
    }

    [Fact]
    public void A_user_who_must_wait_is_told_for_how_many_seconds()
    {
        var rate = Create(perSecond: 1, burst: 1);
        Assert.True(rate.TryTake("ann", out _));
        Assert.False(rate.TryTake("ann", out var retryAfter));
        Assert.Equal(1, retryAfter);
    }

    [Fact]
    public void Requests_that_are_too_many_are_counted()
    {
        var rate = Create(perSecond: 1, burst: 1);
        rate.TryTake("ann", out _);
        Assert.Empty(_measurements.Take());

        rate.TryTake("ann", out _);
        Assert.Equal(["fayo.calls.request.throttled limit=user 1"], _measurements.Take());
    }

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public void Users_who_are_idle_are_forgotten_and_others_are_not()
    {
        var rate = Create(perSecond: 1, burst: 100);
        TakeAll(rate, "busy");
        for (var i = 0; i < 1000; i++)
        {
            rate.TryTake(i.ToString(CultureInfo.InvariantCulture), out _);
        }

        _time.Advance(TimeSpan.FromSeconds(11));
        rate.TryTake("new", out _);

        Assert.Equal(2, rate.UserCount);
        Assert.Equal(11, TakeAll(rate, "busy"));
    }

    [Fact]
    public async Task However_many_ask_at_once_exactly_the_burst_passes_also_while_idle_users_are_forgotten()
    {
        for (var round = 0; round < 200; round++)
        {
            var rate = Create(perSecond: 1, burst: 20);
            rate.TryTake("ann", out _);
            // Ann's bucket is full again and due to be forgotten: whoever comes first does that while the others count in it.
            _time.Advance(TimeSpan.FromSeconds(11));
            using var start = new Barrier(4);
            var takers = Enumerable.Range(0, 4).Select(taker => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(TestContext.Current.CancellationToken);
                    if (taker == 0)
                    {
                        rate.TryTake("somebody else", out _);
                        return 0;
                    }

                    return Enumerable.Range(0, 20).Count(_ => rate.TryTake("ann", out var _));
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));

            Assert.Equal(20, (await Task.WhenAll(takers)).Sum());
        }
    }

    private RequestRate Create(int perSecond, int burst) =>
        new(
            new GatewaySettings { JwtSecret = "secret", RequestsPerSecond = perSecond, RequestBurst = burst },
            _time,
            new LimitMetrics(_measurements.Meters));

    private static int TakeAll(RequestRate rate, string userId)
    {
        var taken = 0;
        while (rate.TryTake(userId, out _))
        {
            taken++;
        }

        return taken;
    }
}
