using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Events;

/// <summary>The routes by which staff see and retry what could not be sent to other systems.</summary>
internal static class EventsApi
{
    private static readonly ApiError NoSuchEvent =
        new(StatusCodes.Status404NotFound, "not_found", "There is no such event that is parked.");

    /// <summary>Maps the routes under a group that requires authorization.</summary>
    public static void MapEventsApi(this IEndpointRouteBuilder routes)
    {
        var events = routes.MapGroup("/events").RequireAuthorization(StaffPolicy.Name).WithTags("Events").ProducesProblems(400, 403, 503);

        events.MapGet("", ListAsync)
            .WithName("ListEvents")
            .WithSummary("Events that could not be sent")
            .WithDescription("What was parked last comes first. An event that is parked at two destinations is listed twice. On record in "
                + "the audit.");
        events.MapPost("/{id}/retry", RetryAsync)
            .WithName("RetryEvent")
            .WithSummary("Try an event again")
            .WithDescription("At every destination where it is parked. It is tried for as long as a new one. On record in the audit.")
            .ProducesProblems(404);
    }

    private static async Task<Results<Ok<EventPageBody>, ProblemResult>> ListAsync(
        [AsParameters] EventListQuery query, HttpContext http, IParkedEvents events, AuditTrail audit)
    {
        if (query.Parse(http.Request.Query, out var limit, out var after) is { } error)
        {
            return new ProblemResult(error);
        }

        await audit.RecordAsync(http, AuditAction.ListEvents);
        var found = await events.ListAsync(after, limit + 1, http.RequestAborted);
        return TypedResults.Ok(new EventPageBody(
            [.. found.Take(limit).Select(parked => new EventBody(parked))],
            found.Count > limit ? EventCursor.Format(found[limit - 1].Cursor) : null));
    }

    private static async Task<Results<Ok<RetriedEventBody>, ProblemResult>> RetryAsync(
        string id, HttpContext http, IParkedEvents events, AuditTrail audit, TimeProvider time)
    {
        if (!EventIds.TryParse(id, out var callId, out var version))
        {
            return new ProblemResult(NoSuchEvent);
        }

        await audit.RecordAsync(http, AuditAction.RetryEvent, detail: id);
        var destinations = await events.RetryAsync(callId, version, time.GetUtcNow(), http.RequestAborted);
        return destinations.Count == 0 ? new ProblemResult(NoSuchEvent) : TypedResults.Ok(new RetriedEventBody(id, destinations));
    }
}
