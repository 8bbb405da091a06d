namespace Fayo.Calls.Grains.Tickets;

/// <inheritdoc cref="ITicketGrain"/>
internal sealed class TicketGrain(TimeProvider clock) : Grain, ITicketGrain
{
    /// <summary>How many tickets of one user can be used at a time.</summary>
    public const int MaxPerUser = 16;

    private readonly Dictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>All tickets that were added, oldest first, those that have been used as well.</summary>
    private readonly Queue<(string Hash, DateTimeOffset ExpiresAt)> _byAge = new();

    public Task Add(string hash, TicketHolder holder)
    {
        DropExpired();
        var userId = holder.Caller.UserId;
        if (_counts.GetValueOrDefault(userId) >= MaxPerUser)
        {
            Remove(_tickets.Where(ticket => ticket.Value.Holder.Caller.UserId == userId).MinBy(ticket => ticket.Value.ExpiresAt).Key);
        }

        var expiresAt = clock.GetUtcNow() + TicketRules.Lifetime;
        if (_tickets.TryAdd(hash, new Ticket(holder, expiresAt)))
        {
            _counts[userId] = _counts.GetValueOrDefault(userId) + 1;
            _byAge.Enqueue((hash, expiresAt));
        }

        return Task.CompletedTask;
    }

    public Task<TicketHolder?> Redeem(string hash)
    {
        DropExpired();
        return Task.FromResult(Remove(hash));
    }

    private void DropExpired()
    {
        var now = clock.GetUtcNow();
        while (_byAge.TryPeek(out var oldest) && oldest.ExpiresAt <= now)
        {
            _byAge.Dequeue();
            Remove(oldest.Hash);
        }
    }

    private TicketHolder? Remove(string hash)
    {
        if (!_tickets.Remove(hash, out var ticket))
        {
            return null;
        }

        var userId = ticket.Holder.Caller.UserId;
        if (--_counts[userId] == 0)
        {
            _counts.Remove(userId);
        }

        return ticket.Holder;
    }

    private sealed record Ticket(TicketHolder Holder, DateTimeOffset ExpiresAt);
}
