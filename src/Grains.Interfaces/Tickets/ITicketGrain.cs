namespace Fayo.Calls;

/// <summary>
/// Keeps a share of the tickets that can be used now. There are a few of these grains, among which the users are divided: each user's
/// tickets are in one of them, so that a ticket can be used once in the whole cluster, at any silo.
/// </summary>
/// <remarks>
/// Nothing is stored. When the grain's silo ends, its tickets can be used no more, and their holders get new ones.
/// </remarks>
[Alias("Fayo.ITicketGrain")]
public interface ITicketGrain : IGrainWithStringKey
{
    /// <summary>Keeps a ticket. A user who has too many loses the oldest.</summary>
    /// <param name="hash">The hash of the ticket, so that the ticket itself is in no silo's memory.</param>
    /// <param name="holder">Whom the ticket stands for.</param>
    [Alias("Add")]
    Task Add(string hash, TicketHolder holder);

    /// <summary>Uses a ticket up.</summary>
    /// <param name="hash">The hash of the ticket.</param>
    /// <returns>Whom it stands for; null where there is no such ticket, or it has been used, or it has expired.</returns>
    [Alias("Redeem")]
    Task<TicketHolder?> Redeem(string hash);
}
