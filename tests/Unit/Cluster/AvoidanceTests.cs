using Fayo.Calls.Grains.Cluster;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Cluster;

public sealed class AvoidanceTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void What_did_not_answer_is_left_alone_for_a_while_and_for_as_long_again_where_it_does_not_answer_then()
    {
        var avoidance = new Avoidance(Duration, _clock);
        Assert.False(avoidance.IsInForce);

        for (var failure = 0; failure < 2; failure++)
        {
            avoidance.Begin();
            Assert.True(avoidance.IsInForce);
            _clock.Advance(Duration - Moment);
            Assert.True(avoidance.IsInForce);
            _clock.Advance(Moment);
            Assert.False(avoidance.IsInForce);
        }
    }
}
