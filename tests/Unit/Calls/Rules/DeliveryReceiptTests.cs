using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>When the timeline says that a device got the invitation.</summary>
public class DeliveryReceiptTests : CallScene
{
    [Fact]
    public void A_delivery_is_recorded_once_for_each_device_with_the_next_change()
    {
        Open();
        var decision = At(2).Do(Rings("phone"), Receipt("phone", 0.5), Receipt("tablet", 1));
        Assert.Equal(
            [(TimelineKind.Delivered, "phone", 0.5), (TimelineKind.Delivered, "tablet", 1), (TimelineKind.Ringing, "phone", 2)],
            decision.Events.Select(e => (e.Kind, e.Device, (e.At - Start).TotalSeconds)));
        Assert.All(decision.Events, e => Assert.Equal("bob", e.By));

        Assert.Empty(At(3).Do(new CheckDeadlinesCommand(), Receipt("phone", 0.5), Receipt("tablet", 1)).Events);
        Assert.Equal("laptop", Assert.Single(At(3).Do(new CheckDeadlinesCommand(), Receipt("laptop", 2.5)).Events).Device);
    }

    [Fact]
    public void A_delivery_alone_is_recorded_by_the_next_check_and_only_while_it_rings()
    {
        Open();
        Assert.Empty(At(1).Do(Opening("bob"), Receipt("phone", 0.5)).Events);

        Do(Token(Bob, "phone"));
        Assert.Empty(At(4).Do(new CheckDeadlinesCommand(), Receipt("tablet", 0.5)).Events);
    }

    [Fact]
    public void The_timeline_never_goes_back_in_time_for_a_delivery()
    {
        Open();
        At(2).Do(Rings("phone"));

        Assert.Equal(Start + TimeSpan.FromSeconds(2), Assert.Single(At(4).Do(new CheckDeadlinesCommand(), Receipt("tablet", 1)).Events).At);
        Assert.Equal(Start + TimeSpan.FromSeconds(2), Session.UpdatedAt);
    }

    [Fact]
    public void The_timeline_never_goes_back_in_time_where_the_silo_before_had_a_clock_that_was_ahead()
    {
        Open();
        At(2).Do(Rings("phone"));

        var decision = At(1.9).Do(Token(Bob, "phone"), Receipt("tablet", 1.8));
        Assert.NotEmpty(decision.Events);
        Assert.All(decision.Events, e => Assert.Equal(Start.AddSeconds(2), e.At));

        Assert.Equal(Start.AddSeconds(2), At(1.95).Do(Status(Bob, Completed)).Events[^1].At);
        Assert.Equal((Start.AddSeconds(2), Start.AddSeconds(2)), (Session.EndedAt!.Value, Session.UpdatedAt));
    }

    [Fact]
    public void A_device_that_acknowledges_without_a_receipt_counts_as_delivered()
    {
        Open();

        Assert.Equal([TimelineKind.Delivered, TimelineKind.Ringing], At(1).Do(Rings("phone")).Events.Select(e => e.Kind));
    }

    [Fact]
    public void A_call_that_was_delivered_but_never_acknowledged_is_unreachable()
    {
        Open();

        var decision = At(45).Do(new CheckDeadlinesCommand(), Receipt("phone", 0.5));

        Assert.Equal([TimelineKind.Delivered, TimelineKind.Ended], decision.Events.Select(e => e.Kind));
        Assert.Equal((Pending, EndReason.Unreachable), (decision.Events[0].Status, Session.EndReason));
    }
}
