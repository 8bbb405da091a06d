using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Rest;
using Fayo.Calls.Gateway.Wire;
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
        var monitor = routes.MapGroup("/monitor").WithTags("Monitor").RequireAuthorization(BearerAuthentication.StaffOnly);

        monitor.MapPost("/calls/{id}/end", EndCall)
            .Describe("EndCall", "End somebody's call", "On record as admin_ended, with who did it; both participants are told. The same request again is not an error.")
            .Takes<EndRequest>(isOptional: true).Gives<CallBody>(200).Refuses(400, 403, 404, 409, 413);
    }

    private static async Task<IResult> EndCall(string id, HttpContext http, IGrainFactory grains)
    {
        var caller = http.User.Caller;
        var (request, refusal) = await RequestBody.ReadAsync<EndRequest>(http);
        if (request is null)
        {
            return new Problem(refusal!);
        }

        if (!CallIds.IsValid(id))
        {
            return new Problem(Refusal.NoSuchCall);
        }

        var result = await grains.GetCall(id).Dismiss(new EndCall(caller, request.Reason));
        return result.Code == CallResultCode.Ok
            ? new JsonAnswer<CallBody>(StatusCodes.Status200OK, new CallBody(Messages.Ended, new SessionBody(result.Session!)), WireJson.Wire.CallBody)
            : new Problem(Refusal.Of(result, caller));
    }
}
