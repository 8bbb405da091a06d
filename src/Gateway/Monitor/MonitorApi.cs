using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Calls;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>The routes of the monitor. For those who satisfy <see cref="MonitorPolicy"/>; to end a call takes staff.</summary>
internal static class MonitorApi
{
    /// <summary>Maps the routes under a group that requires authorization.</summary>
    public static void MapMonitorApi(this IEndpointRouteBuilder routes)
    {
        var monitor = routes.MapGroup("/monitor").WithTags("Monitor").RequireAuthorization(MonitorPolicy.Name).ProducesProblems(403, 503);

        monitor.MapGet("/summary", ReadSummary)
            .WithName("ReadMonitorSummary")
            .WithSummary("The numbers of the last hour")
            .WithDescription("What is open, how calls were answered and ended, minute by minute, and the silos. "
                + "Null where nothing is known.");
        monitor.MapGet("/calls", ListCalls)
            .WithName("ListMonitoredCalls")
            .WithSummary("All open calls")
            .WithDescription("Newest first, page by page, with the silo and the recipient's devices. Without metadata.")
            .ProducesProblems(400);
        monitor.MapPost("/calls/{id}/end", EndCall)
            .WithName("EndCall")
            .WithSummary("End somebody's call")
            .WithDescription("On record as admin_ended, with who did it; both participants are told. "
                + "The same request again is not an error.")
            .RequireAuthorization(StaffPolicy.Name)
            .AcceptsJson<EndRequest>(isOptional: true)
            .ProducesProblems(400, 404, 409, 413);
    }

    private static async Task<Ok<MonitorSummaryBody>> ReadSummary(SummaryReader summaries) =>
        TypedResults.Ok(await summaries.ReadAsync());

    private static async Task<Results<Ok<MonitoredCallPageBody>, ProblemResult>> ListCalls(
        [AsParameters] OpenCallsQuery query, HttpContext http, IMonitorReader calls, CallFinder finder, AuditTrail audit)
    {
        var (asked, error) = query.Parse(http.Request.Query);
        if (asked is null)
        {
            return new ProblemResult(error!);
        }

        await audit.RecordAsync(http, AuditAction.ListMonitor);
        var page = await calls.ListOpenAsync(asked, http.RequestAborted);
        return TypedResults.Ok(
            new MonitoredCallPageBody(MonitoredCallBody.Of(await finder.FindAsync(page.Items)), PageCursor.Format(page.Next)));
    }

    private static async Task<Results<Ok<CallBody>, ProblemResult>> EndCall(
        string id, HttpContext http, IGrainFactory grains, AuditTrail audit, TimeProvider time)
    {
        var caller = http.User.Caller;
        var (request, error) = await RequestBody.ReadAsync<EndRequest>(http);
        if (request is null)
        {
            return new ProblemResult(error!);
        }

        if (!CallIds.IsValid(id))
        {
            return new ProblemResult(ApiError.NoSuchCall);
        }

        var result = await grains.AskCallAsync(
            id, new EndCall(caller, request.Reason), static (call, asked) => call.End(asked), time);
        if (result.Code != CallResultCode.Ok)
        {
            return new ProblemResult(ApiError.Of(result, caller));
        }

        audit.Record(http, AuditAction.EndCall, StatusCodes.Status200OK, result.Session);
        return TypedResults.Ok(new CallBody(Messages.Ended, new SessionBody(result.Session!)));
    }
}
