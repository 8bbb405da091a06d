using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The routes of call sessions.</summary>
internal static class CallsApi
{
    /// <summary>Maps them under a group that requires authorization.</summary>
    public static void MapCalls(this IEndpointRouteBuilder routes)
    {
        var calls = routes.MapGroup("/calls").WithTags("Calls");

        calls.MapPost("/session", CreateCall)
            .Describe("CreateCall", "Call somebody", "Opens a call session and rings the recipient. The answer holds the initiator's token. 200 tells of a call between the two that rings already: the caller's own, or the other's, which this has answered.")
            .AcceptsIdempotencyKey().AcceptsJson<CreateCallRequest>(isOptional: true).ProducesJson<CredentialAnswerBody>(201).ProducesJson<CredentialAnswerBody>(200).ProducesProblems(400, 409, 410, 413, 422);
        calls.MapPost("/session/{id}/token", RequestToken)
            .Describe("IssueToken", "Answer, or renew a token", "For the recipient's first device this is the answer; for a participant of a live call it renews the token.")
            .AcceptsJson<TokenRequest>(isOptional: true).ProducesJson<CredentialAnswerBody>(201).ProducesProblems(400, 403, 404, 409, 410, 413);
        calls.MapGet("/session/{id}", ReadCall)
            .Describe("ReadCall", "Look at a call", "For its participants and for staff.")
            .ProducesJson<SessionBody>(200).ProducesProblems(403, 404);
        calls.MapPatch("/session/{id}/status", SetStatus)
            .Describe("SetStatus", "Confirm, hang up, cancel or decline", "The same request again is not an error.")
            .AcceptsJson<StatusRequest>(isOptional: false).ProducesJson<CallBody>(200).ProducesProblems(400, 403, 404, 409, 410, 413);
        calls.MapGet("/session/{id}/timeline", ReadTimeline)
            .Describe("ReadTimeline", "Why a call is as it is", "Its timeline, oldest entry first; for its participants and for staff.")
            .ProducesJson<TimelineEntryBody[]>(200).ProducesProblems(403, 404);
        calls.MapGet("/sessions", ListOpen)
            .Describe("ListOpenCalls", "The caller's open calls", "Newest first.")
            .ProducesJson<SessionBody[]>(200);
        calls.MapGet("", ListCalls)
            .Describe("ListCalls", "Past and present calls", "Newest first, page by page. Staff see all, others their own.")
            .ProducesJson<CallPageBody>(200).ProducesProblems(400, 403);
    }

    private static async Task<IResult> CreateCall(HttpContext http, IGrainFactory grains, TimeProvider time)
    {
        var caller = http.User.Caller;
        var (request, error) = await RequestBody.ReadAsync<CreateCallRequest>(http);
        if (request is null)
        {
            return new Problem(error!);
        }

        if (IdempotencyKey.Read(http.Request, out var key) is { } badKey)
        {
            return new Problem(badKey);
        }

        var result = await grains.GetCall(CallIds.New(time.GetUtcNow())).Create(
            new CreateCall(caller, request.RecipientId, request.CallType, request.ChannelName, request.Metadata?.Text, key));
        return result.Code switch
        {
            CallResultCode.AlreadyCalling => Credential(result, StatusCodes.Status200OK, Messages.AlreadyCalling),
            CallResultCode.AlreadyRinging => Credential(result, StatusCodes.Status200OK, Messages.AlreadyRinging),
            CallResultCode.Ok => Credential(result, StatusCodes.Status201Created, Messages.Created),
            _ => new Problem(ApiError.Of(result, caller)),
        };
    }

    private static async Task<IResult> RequestToken(string id, HttpContext http, IGrainFactory grains)
    {
        var caller = http.User.Caller;
        var (request, error) = await RequestBody.ReadAsync<TokenRequest>(http);
        if (request is null)
        {
            return new Problem(error!);
        }

        if (!CallIds.IsValid(id))
        {
            return new Problem(ApiError.NoSuchCall);
        }

        var result = await grains.GetCall(id).RequestToken(new RequestToken(caller, request.Role, request.DeviceId));
        return result.Code == CallResultCode.Ok
            ? Credential(result, StatusCodes.Status201Created, Messages.TokenIssued)
            : new Problem(ApiError.Of(result, caller));
    }

    private static async Task<IResult> ReadCall(string id, HttpContext http, IGrainFactory grains)
    {
        var caller = http.User.Caller;
        if (!CallIds.IsValid(id))
        {
            return new Problem(ApiError.NoSuchCall);
        }

        var result = await grains.GetCall(id).Read(caller);
        return result.Code == CallResultCode.Ok
            ? new JsonAnswer<SessionBody>(StatusCodes.Status200OK, new SessionBody(result.Session!), GatewayJson.Instance.SessionBody)
            : new Problem(ApiError.Of(result, caller));
    }

    private static async Task<IResult> SetStatus(string id, HttpContext http, IGrainFactory grains)
    {
        var caller = http.User.Caller;
        var (request, error) = await RequestBody.ReadAsync<StatusRequest>(http);
        if (request is null)
        {
            return new Problem(error!);
        }

        if (!CallIds.IsValid(id))
        {
            return new Problem(ApiError.NoSuchCall);
        }

        var result = await grains.GetCall(id).SetStatus(new SetStatus(caller, request.Status, request.Reason, DeviceId: null));
        return result.Code == CallResultCode.Ok
            ? new JsonAnswer<CallBody>(
                StatusCodes.Status200OK, new CallBody(Messages.Updated, new SessionBody(result.Session!)), GatewayJson.Instance.CallBody)
            : new Problem(ApiError.Of(result, caller));
    }

    private static async Task<IResult> ReadTimeline(string id, HttpContext http, ICallReader calls)
    {
        if (!CallIds.IsValid(id) || await calls.ReadTimelineAsync(id, http.RequestAborted) is not { } timeline)
        {
            return new Problem(ApiError.NoSuchCall);
        }

        if (!timeline.Session.MayBeReadBy(http.User.Caller))
        {
            return new Problem(ApiError.NotParticipant);
        }

        var entries = timeline.Entries
            .Select(entry => new TimelineEntryBody(entry.Version, entry.At, entry.Kind, entry.By, entry.Device, entry.Status, entry.Detail))
            .ToArray();
        return new JsonAnswer<TimelineEntryBody[]>(StatusCodes.Status200OK, entries, GatewayJson.Instance.TimelineEntryBodyArray);
    }

    private static async Task<IResult> ListOpen(HttpContext http, ICallReader calls)
    {
        var open = await calls.ListOpenAsync(http.User.Caller.UserId, http.RequestAborted);
        return new JsonAnswer<SessionBody[]>(StatusCodes.Status200OK, ToBodies(open), GatewayJson.Instance.SessionBodyArray);
    }

    private static async Task<IResult> ListCalls([AsParameters] CallListQuery query, HttpContext http, ICallReader calls)
    {
        var (asked, error) = query.Parse(http.Request.Query, http.User.Caller);
        if (asked is null)
        {
            return new Problem(error!);
        }

        var page = await calls.ListAsync(asked, http.RequestAborted);
        var body = new CallPageBody(ToBodies(page.Items), page.Next is { } next ? CallListQuery.Format(next) : null);
        return new JsonAnswer<CallPageBody>(StatusCodes.Status200OK, body, GatewayJson.Instance.CallPageBody);
    }

    private static JsonAnswer<CredentialAnswerBody> Credential(CallResult result, int status, string message) => new(
        status,
        new CredentialAnswerBody(message, new SessionBody(result.Session!), new CredentialBody(result.Credential!)),
        GatewayJson.Instance.CredentialAnswerBody);

    private static SessionBody[] ToBodies(IReadOnlyList<CallSession> sessions)
    {
        var bodies = new SessionBody[sessions.Count];
        for (var i = 0; i < bodies.Length; i++)
        {
            bodies[i] = new SessionBody(sessions[i]);
        }

        return bodies;
    }
}
