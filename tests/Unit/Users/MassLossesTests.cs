using Fayo.Calls.Gateway.Connections;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Users;

public sealed class MassLossesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly MassLosses _losses;

    public MassLossesTests()
    {
        _losses = new MassLosses(_time);
    }

    [Theory]
    [InlineData(50, 50, 0, true)]
    [InlineData(100, 20, 40, true)]
    [InlineData(100, 20, 60, false)]
    [InlineData(100, 19, 0, false)]
    [InlineData(1000, 150, 1, false)]
    [InlineData(20_000, 20_000, 0, true)]
    public void Many_connections_that_close_at_the_same_moment_were_cut_also_the_first(int open, int closed, int pauseMs, bool areCut)
    {
        var times = new List<long>();
        for (var i = 0; i < closed; i++)
        {
            times.Add(_losses.NoteClosed(--open));
            _time.Advance(TimeSpan.FromMilliseconds(pauseMs));
        }

        Assert.All(times, closedAt => Assert.Equal(areCut, _losses.WasCut(closedAt)));
    }

    [Fact]
    public void Who_goes_before_or_after_a_cut_was_not_cut()
    {
        var before = _losses.NoteClosed(open: 59);
        _time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 30; i++)
        {
            _losses.NoteClosed(open: 58 - i);
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        var after = _losses.NoteClosed(open: 28);

        Assert.False(_losses.WasCut(before));
        Assert.False(_losses.WasCut(after));
    }
}
