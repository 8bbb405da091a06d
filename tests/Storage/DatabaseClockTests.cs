using Fayo.Calls.Storage.Database;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Which answers of the database correct a silo's clock.</summary>
public class DatabaseClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // The answer took all of its time on one of the two ways: the clocks may well agree.
    [InlineData(0, 400, 0)]
    [InlineData(400, 400, 0)]
    [InlineData(15, 2, 0)]
    [InlineData(30_000, 2, 29_999)]
    [InlineData(-30_000, 400, -30_200)]
    public void A_clock_is_corrected_only_by_what_the_way_of_the_answer_cannot_explain(int databaseAhead, int roundTrip, int offset)
    {
        var clock = new DatabaseClock(TimeProvider.System);

        clock.Set(Noon.AddMilliseconds(databaseAhead), Noon, TimeSpan.FromMilliseconds(roundTrip));

        Assert.Equal(offset, clock.Offset.TotalMilliseconds);
    }
}
