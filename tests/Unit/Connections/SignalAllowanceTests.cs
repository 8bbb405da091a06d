using Fayo.Calls.Gateway.Connections;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Connections;

public class SignalAllowanceTests
{
    [Fact]
    public void A_connection_may_signal_so_many_times_at_once_and_after_that_so_often()
    {
        var time = new FakeTimeProvider();
        var allowance = new SignalAllowance(time);
        Assert.Equal(SignalAllowance.Burst, TakeAll());
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2 * SignalAllowance.PerSecond, TakeAll());
        for (var i = 0; i < 100; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            Assert.Equal(i % 2, TakeAll());
        }

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(SignalAllowance.Burst, TakeAll());

        int TakeAll()
        {
            var taken = 0;
            while (allowance.TryTake())
            {
                taken++;
            }

            return taken;
        }
    }
}
