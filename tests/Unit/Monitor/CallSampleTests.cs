using Xunit;

namespace Fayo.Calls.Tests.Unit.Monitor;

public class CallSampleTests
{
    private static readonly List<string> Ids = [.. Enumerable.Range(0, 10_000).Select(_ => CallIds.New(DateTimeOffset.UnixEpoch))];

    [Theory]
    [InlineData(0, 1)]
    [InlineData(256, 1)]
    [InlineData(128, 0.5)]
    [InlineData(1, 1.0 / 256)]
    public void It_has_its_share_of_all_calls(int parts, double share)
    {
        var sample = new CallSample(parts);

        Assert.Equal(share, sample.Share);
        Assert.InRange(Ids.Count(sample.Contains), (Ids.Count * share) - 300, (Ids.Count * share) + 300);
    }

    [Fact]
    public void A_smaller_one_is_a_part_of_a_larger_one_and_ids_of_other_forms_are_in_or_out_alike()
    {
        Assert.All(Ids.Where(new CallSample(16).Contains), id => Assert.True(new CallSample(32).Contains(id)));
        Assert.True(new CallSample(1).Contains("0"));
        Assert.False(new CallSample(255).Contains("cmi2k1x0a0000s601d0ab1czz"));
    }

    [Theory]
    [InlineData(1000, 1000, 256)]
    [InlineData(1001, 1000, 128)]
    [InlineData(100_000, 1000, 2)]
    [InlineData(100_000_000, 1000, 1)]
    [InlineData(0, 1000, 256)]
    public void It_is_halved_until_it_has_no_more_calls_than_it_may(int open, int max, int parts) =>
        Assert.Equal((double)parts / 256, CallSample.All.Fit(open, max).Share);

    [Fact]
    public void It_does_not_change_with_every_call_that_comes_or_goes()
    {
        var half = CallSample.All.Fit(1001, 1000);

        Assert.Equal(half, half.Fit(1000, 1000));
        Assert.Equal(half, half.Fit(501, 1000));
        Assert.Equal(CallSample.All, half.Fit(500, 1000));
    }
}
