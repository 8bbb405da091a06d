namespace Fayo.Calls;

/// <summary>Whom a ticket stands for: what is known of the bearer of the token that it was issued for.</summary>
/// <param name="Caller">Who the bearer is.</param>
/// <param name="TokenExpiresAt">When the token expires; connections that were opened with the ticket are closed then.</param>
[GenerateSerializer, Immutable, Alias("Fayo.TicketHolder")]
public sealed record TicketHolder([property: Id(0)] Caller Caller, [property: Id(1)] DateTimeOffset TokenExpiresAt);
