namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>A ticket for one connection. <c>ExpiresIn</c> says for how many seconds it can be used.</summary>
internal sealed record TicketBody(string Ticket, int ExpiresIn)
{
    /// <summary>Without the ticket.</summary>
    public override string ToString() => $"Ticket for {ExpiresIn} s";
}
