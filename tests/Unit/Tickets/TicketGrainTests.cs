using Fayo.Calls.Grains.Tickets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Tickets;

public sealed class TicketGrainTests
{
    private static readonly TicketHolder Ann = new(new Caller("ann"), DateTimeOffset.MaxValue);

    private readonly FakeTimeProvider _clock = new();
    private readonly TicketGrain _grain;

    public TicketGrainTests() => _grain = new TicketGrain(_clock);

    [Fact]
    public async Task A_ticket_is_used_once()
    {
        await _grain.Add("one", Ann);

        Assert.Equal(Ann, await _grain.Redeem("one"));
        Assert.Null(await _grain.Redeem("one"));
        Assert.Null(await _grain.Redeem("never issued"));
    }

    [Fact]
    public async Task A_ticket_expires()
    {
        await _grain.Add("one", Ann);
        _clock.Advance(TicketRules.Lifetime - TimeSpan.FromSeconds(1));
        await _grain.Add("two", Ann);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await _grain.Redeem("one"));
        Assert.Equal(Ann, await _grain.Redeem("two"));
    }

    [Fact]
    public async Task A_user_who_takes_too_many_loses_their_oldest_and_nobody_elses()
    {
        var ben = new TicketHolder(new Caller("ben"), DateTimeOffset.MaxValue);
        await _grain.Add("of ben", ben);
        for (var i = 0; i <= TicketGrain.MaxPerUser; i++)
        {
            await _grain.Add($"{i}", Ann);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Null(await _grain.Redeem("0"));
        Assert.Equal(Ann, await _grain.Redeem("1"));
        Assert.Equal(ben, await _grain.Redeem("of ben"));
    }

    [Fact]
    public void All_tickets_of_a_user_are_kept_by_the_same_grain()
    {
        var tickets = Enumerable.Range(0, 20).Select(_ => TicketRules.Create("ann")).ToArray();

        Assert.Single(tickets.Select(TicketRules.GrainKeyOf).Distinct());
        Assert.Equal(20, tickets.Distinct().Count());
        Assert.All(tickets, ticket => Assert.True(TicketRules.IsTicket(ticket)));
    }
}
