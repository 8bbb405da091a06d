using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Tests.Unit.Monitor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Users;

public class EndedCallsTests
{
    private const string User = "user";

    private static readonly DateTimeOffset Time = DateTimeOffset.UnixEpoch;

    private readonly FakeTimeProvider _clock = new();
    private readonly EndedCalls _ended;

    public EndedCallsTests() => _ended = new EndedCalls(_clock);

    [Fact]
    public void What_was_before_the_end_of_a_call_is_no_news_any_more_for_a_minute_at_least()
    {
        Assert.True(IsNews(3));
        Assert.True(IsNews(5, hasEnded: true));
        _clock.Advance(TimeSpan.FromSeconds(59));

        Assert.False(IsNews(4));
        Assert.True(IsNews(5, hasEnded: true));
        Assert.True(_ended.IsNews(User, MonitoredCallsOf.State("another", 1).Session));
    }

    [Fact]
    public void What_was_before_the_end_is_news_to_a_user_who_has_not_been_told_of_the_end()
    {
        Assert.True(IsNews(5, hasEnded: true));

        Assert.True(IsNews(4, userId: "other"));
        Assert.False(IsNews(4));
    }

    [Fact]
    public void What_follows_on_a_ring_that_was_taken_away_from_its_recipient_is_news_to_the_recipient_too()
    {
        Assert.True(IsNews(2, hasEnded: true));

        Assert.True(IsNews(2));
        Assert.True(IsNews(3));
    }

    private bool IsNews(int version, bool hasEnded = false, string userId = User) =>
        _ended.IsNews(userId, MonitoredCallsOf.State("call", version).Session with { EndedAt = hasEnded ? Time : null });
}
