using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Tickets;

/// <summary>The route that issues tickets, with which a browser opens a WebSocket without its token in the address.</summary>
internal static class TicketApi
{
    /// <summary>Maps the route under a group that requires authorization.</summary>
    public static void MapTicketApi(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/ticket", IssueTicket)
            .WithTags("Users")
            .WithName("IssueTicket")
            .WithSummary("A ticket for one connection")
            .WithDescription("Stands in the query access_token of a hub's WebSocket for the token of this request. It can be used once, "
                + "at any silo, within expiresIn seconds; the connection lives as long as the token.")
            .ProducesProblems(503);

    private static async Task<Ok<TicketBody>> IssueTicket(HttpContext http, IGrainFactory grains)
    {
        var caller = http.User.Caller;
        var authenticated = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult;
        var ticket = TicketRules.Create(caller.UserId);
        await grains.GetTicketGrain(ticket).Add(
            TicketRules.HashOf(ticket), new TicketHolder(caller, authenticated?.Properties?.ExpiresUtc ?? DateTimeOffset.MaxValue));
        return TypedResults.Ok(new TicketBody(ticket, (int)TicketRules.Lifetime.TotalSeconds));
    }
}
