using Fayo.Calls.Gateway.Limits;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Limits;

public class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_grants_a_burst_and_after_that_its_rate_and_never_more_than_the_burst_again()
    {
        var bucket = new TokenBucket(burst: 200, perSecond: 50, _time);
        Assert.Equal(200, TakeAll(bucket));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(100, TakeAll(bucket));
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            Assert.Equal(i % 2, TakeAll(bucket));
        }

        _time.Advance(TimeSpan.FromDays(365));
        Assert.Equal(200, TakeAll(bucket));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(19, 19)]
    [InlineData(19, 2)]
    [InlineData(200, 400)]
    [InlineData(99_999, 100_000)]
    public void It_grants_exactly_its_rate_however_often_it_is_asked(int perSecond, int burst)
    {
        var bucket = new TokenBucket(burst, perSecond, _time);
        Assert.Equal(burst, TakeAll(bucket));

        var taken = 0;
        for (var i = 0; i < 10_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            taken += TakeAll(bucket);
        }

        Assert.Equal(perSecond * 10, taken);
    }

    [Fact]
    public void It_says_when_the_next_token_comes_and_when_it_is_full()
    {
        var bucket = new TokenBucket(burst: 1, perSecond: 1, _time);
        Assert.True(bucket.IsFull);
        Assert.Equal(0, bucket.SecondsUntilNext());

        Assert.True(bucket.TryTake());
        Assert.False(bucket.IsFull);
        Assert.Equal(1, bucket.SecondsUntilNext());

        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(bucket.TryTake());
        Assert.Equal(1, bucket.SecondsUntilNext());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(bucket.TryTake());
    }

    private static int TakeAll(TokenBucket bucket)
    {
        var taken = 0;
        while (bucket.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
