using Fayo.Calls.Push;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Push;

/// <summary>A push service that hangs keeps only its own pushes waiting.</summary>
public class PushPlacesTests
{
    [Fact]
    public async Task A_place_that_is_full_does_not_keep_others_out()
    {
        using var places = new PushPlaces(max: 10, maxOfOne: 2);
        var cancellation = TestContext.Current.CancellationToken;
        var first = await places.EnterAsync("hangs", cancellation);
        using var second = await places.EnterAsync("hangs", cancellation);
        var third = places.EnterAsync("hangs", cancellation);

        using var other = await places.EnterAsync("well", cancellation);
        Assert.False(third.IsCompleted);

        first.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_takes_no_place()
    {
        using var places = new PushPlaces(max: 1, maxOfOne: 1);
        var cancellation = TestContext.Current.CancellationToken;
        var first = await places.EnterAsync("one", cancellation);
        using var givenUp = new CancellationTokenSource();
        var second = places.EnterAsync("one", givenUp.Token);
        var third = places.EnterAsync("two", givenUp.Token);
        await givenUp.CancelAsync();
        await Task.WhenAny(second);
        await Task.WhenAny(third);
        Assert.True(second.IsCanceled && third.IsCanceled);

        first.Dispose();
        (await places.EnterAsync("one", cancellation)).Dispose();
        (await places.EnterAsync("two", cancellation)).Dispose();
    }
}
