using Fayo.Calls.Events.Dispatch;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Events;

/// <summary>An event that is not taken is tried again with growing pauses for a day, and then parked.</summary>
public sealed class RetryRuleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly OutboxEvent New = new("call_1", 1, "created", Noon, "{}", 0, FirstTriedAt: null, Noon.AddSeconds(23));

    [Fact]
    public void Pauses_grow_to_an_hour_and_after_a_day_the_event_is_parked()
    {
        var clock = new FakeTimeProvider(Noon);
        var (tried, pauses) = (New, new List<double>());
        while (true)
        {
            var result = RetryRule.Default.Decide(tried, new SendOutcome.Failed("HTTP 500"), Noon, clock.GetUtcNow(), jitter: 0);
            if (result.State == OutboxState.Parked)
            {
                Assert.Equal((Noon.AddDays(1), "HTTP 500"), (result.At, result.Error));
                break;
            }

            pauses.Add((result.At - clock.GetUtcNow()).TotalSeconds);
            tried = tried with { Attempts = result.Attempts, FirstTriedAt = tried.FirstTriedAt ?? Noon };
            clock.Advance(result.At - clock.GetUtcNow());
        }

        Assert.Equal([5, 15, 45, 135, 405, 1215, 3600, 3600], pauses.Take(8));
        Assert.Equal(30, pauses.Count);
        Assert.Equal(86_400, pauses.Sum());
    }

    [Fact]
    public void Pauses_differ_by_up_to_a_tenth_so_that_not_all_events_come_at_once()
    {
        var result = RetryRule.Default.Decide(New, new SendOutcome.Failed("HTTP 500"), Noon, Noon, jitter: 1);

        Assert.Equal(5.5, (result.At - Noon).TotalSeconds);
    }

    [Fact]
    public void An_event_of_a_destination_that_takes_nothing_waits_for_it_and_its_pauses_do_not_grow()
    {
        var result = RetryRule.Default.Decide(New, new SendOutcome.Unavailable("gone"), Noon.AddMinutes(1), Noon, jitter: 1);

        Assert.Equal((OutboxState.Waiting, Noon.AddMinutes(1), 0, "gone"), (result.State, result.At, result.Attempts, result.Error));
    }

    [Fact]
    public void An_event_of_a_destination_that_takes_nothing_for_a_day_is_parked()
    {
        var tried = New with { FirstTriedAt = Noon.AddDays(-1) };

        Assert.Equal(
            OutboxState.Parked,
            RetryRule.Default.Decide(tried, new SendOutcome.Unavailable("gone"), Noon.AddMinutes(1), Noon, jitter: 0).State);
    }

    [Fact]
    public void A_refused_event_is_parked_at_once_and_a_sent_one_is_done()
    {
        Assert.Equal(
            OutboxState.Parked, RetryRule.Default.Decide(New, new SendOutcome.Refused("HTTP 410"), Noon, Noon, jitter: 0).State);
        Assert.Equal(OutboxState.Sent, RetryRule.Default.Decide(New, SendOutcome.Sent.Instance, Noon, Noon, jitter: 0).State);
    }

    [Fact]
    public void A_destination_that_is_gone_is_left_alone_for_longer_and_longer_up_to_a_minute_until_it_is_back()
    {
        var clock = new FakeTimeProvider(Noon);
        var availability = new Availability(clock);
        var pauses = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(i == 0, availability.NoteUnavailable(retryAfter: null));
            // One that was on its way at the same time does not count again.
            Assert.False(availability.NoteUnavailable(retryAfter: null));
            pauses.Add((availability.AvailableAt - clock.GetUtcNow()).TotalSeconds);
            clock.Advance(availability.AvailableAt - clock.GetUtcNow());
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], pauses);
        Assert.True(availability.IsFailing);
        Assert.True(availability.NoteAvailable());
        Assert.False(availability.NoteAvailable());
        Assert.False(availability.IsFailing);
        Assert.True(availability.AvailableAt < clock.GetUtcNow());
    }

    [Theory]
    [InlineData(90, 90)]
    [InlineData(0, 1)]
    [InlineData(999_999, 3600)]
    public void A_destination_that_says_when_it_takes_events_again_is_left_alone_until_then_for_a_second_to_an_hour(int asked, int pause)
    {
        var availability = new Availability(new FakeTimeProvider(Noon));

        availability.NoteUnavailable(TimeSpan.FromSeconds(asked));

        Assert.Equal(pause, (availability.AvailableAt - Noon).TotalSeconds);
    }
}
