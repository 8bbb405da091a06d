using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>The routes of the monitor. For staff only.</summary>
internal static class MonitorApi
{
    /// <summary>Maps them under a group that requires authorization.</summary>
    public static void MapMonitor(this IEndpointRouteBuilder routes)
    {
        var monitor = routes.MapGroup("/monitor").WithTags("Monitor").RequireAuthorization(StaffPolicy.Name);

        monitor.MapGet("/summary", ReadSummary)
            .Describe("ReadMonitorSummary", "The numbers of the last hour", "What is open, how calls were answered and ended, minute by minute, and the silos. Null where nothing is known.")
            .ProducesJson<MonitorSummaryBody>(200).ProducesProblems(403);
        monitor.MapGet("/calls", ListCalls)
            .Describe("ListMonitoredCalls", "All open calls", "Newest first, page by page, with the silo and the recipient's devices. Without metadata.")
            .ProducesJson<MonitoredCallPageBody>(200).ProducesProblems(400, 403);
        monitor.MapPost("/calls/{id}/end", EndCall)
            .Describe("EndCall", "End somebody's call", "On record as admin_ended, with who did it; both participants are told. The same request again is not an error.")
            .AcceptsJson<EndRequest>(isOptional: true).ProducesJson<CallBody>(200).ProducesProblems(400, 403, 404, 409, 413);
    }

    private static async Task<IResult> ReadSummary(HttpContext http, SummaryReader summaries) =>
        new JsonAnswer<MonitorSummaryBody>(StatusCodes.Status200OK, await summaries.ReadAsync(http.RequestAborted), GatewayJson.Instance.MonitorSummaryBody);

    private static async Task<IResult> ListCalls([AsParameters] OpenCallsQuery query, HttpContext http, IMonitorReader calls, CallFinder finder)
    {
        var (asked, error) = query.Parse(http.Request.Query);
        if (asked is null)
        {
            return new Problem(error!);
        }

        var page = await calls.ListOpenAsync(asked, http.RequestAborted);
        var body = new MonitoredCallPageBody(
            MonitoredCallBody.Of(await finder.FindAsync(page.Items)), page.Next is { } next ? CallListQuery.Format(next) : null);
        return new JsonAnswer<MonitoredCallPageBody>(StatusCodes.Status200OK, body, GatewayJson.Instance.MonitoredCallPageBody);
    }

    private static async Task<IResult> EndCall(string id, HttpContext http, IGrainFactory grains)
    {
        var caller = http.User.Caller;
        var (request, error) = await RequestBody.ReadAsync<EndRequest>(http);
        if (request is null)
        {
            return new Problem(error!);
        }

        if (!CallIds.IsValid(id))
        {
            return new Problem(ApiError.NoSuchCall);
        }

        var result = await grains.GetCall(id).End(new EndCall(caller, request.Reason));
        return result.Code == CallResultCode.Ok
            ? new JsonAnswer<CallBody>(StatusCodes.Status200OK, new CallBody(Messages.Ended, new SessionBody(result.Session!)), GatewayJson.Instance.CallBody)
            : new Problem(ApiError.Of(result, caller));
    }
}
