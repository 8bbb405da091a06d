using System.Text;
using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Calls;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The routes of call sessions.</summary>
internal static class CallsApi
{
    /// <summary>Maps the routes under a group that requires authorization.</summary>
    public static void MapCallsApi(this IEndpointRouteBuilder routes)
    {
        var calls = routes.MapGroup("/calls").WithTags("Calls").ProducesProblems(503);

        calls.MapPost("/session", CreateCall)
            .WithName("CreateCall")
            .WithSummary("Call somebody")
            .WithDescription("Opens a call session and rings the recipient. The answer holds the initiator's token. 200 tells of a call "
                + "between the two that rings already: the caller's own, or the other's, which this has answered.")
            .AcceptsIdempotencyKey()
            .AcceptsJson<CreateCallRequest>(isOptional: true)
            .Produces<CredentialAnswerBody>(StatusCodes.Status201Created)
            .Produces<CredentialAnswerBody>()
            .ProducesProblems(400, 409, 410, 413, 422, 429);
        calls.MapPost("/session/{id}/token", RequestToken)
            .WithName("IssueToken")
            .WithSummary("Answer, or renew a token")
            .WithDescription("For the recipient's first device this is the answer; for a participant of a live call it renews the token.")
            .AcceptsJson<TokenRequest>(isOptional: true)
            .Produces<CredentialAnswerBody>(StatusCodes.Status201Created)
            .ProducesProblems(400, 403, 404, 409, 410, 413);
        calls.MapGet("/session/{id}", ReadCall)
            .WithName("ReadCall")
            .WithSummary("Look at a call")
            .WithDescription("For its participants and for staff.")
            .Produces<SessionBody>()
            .ProducesProblems(403, 404);
        calls.MapPatch("/session/{id}/status", SetStatus)
            .WithName("SetStatus")
            .WithSummary("Confirm, hang up, cancel or decline")
            .WithDescription("The same request again is not an error.")
            .AcceptsJson<StatusRequest>(isOptional: false)
            .Produces<CallBody>()
            .ProducesProblems(400, 403, 404, 409, 410, 413);
        calls.MapGet("/session/{id}/timeline", ReadTimeline)
            .WithName("ReadTimeline")
            .WithSummary("Why a call is as it is")
            .WithDescription("Its timeline, oldest entry first; for its participants and for staff. Only staff see devices of others.")
            .ProducesProblems(403, 404);
        calls.MapGet("/sessions", ListOpenCalls)
            .WithName("ListOpenCalls")
            .WithSummary("The caller's open calls")
            .WithDescription("Newest first.");
        calls.MapGet("", ListCalls)
            .WithName("ListCalls")
            .WithSummary("Past and present calls")
            .WithDescription("Newest first, page by page. Staff see all, others their own.")
            .ProducesProblems(400, 403);
    }

    private static async Task<IResult> CreateCall(
        HttpContext http,
        IGrainFactory grains,
        ICallPlacement placement,
        GatewaySettings settings,
        CallPermissions permissions,
        CallsApiMetrics metrics,
        TimeProvider time)
    {
        var caller = http.User.Caller;
        var (request, error) = await RequestBody.ReadAsync<CreateCallRequest>(http);
        if (request is null)
        {
            return new ProblemResult(error!);
        }

        if (request.Metadata is { } metadata && Encoding.UTF8.GetByteCount(metadata.Text) > settings.MetadataLimit)
        {
            return new ProblemResult(ApiError.BadValue("metadata", $"has to have at most {settings.MetadataLimit} bytes"));
        }

        if (IdempotencyKey.Read(http.Request, out var key) is { } badKey)
        {
            return new ProblemResult(badKey);
        }

        if (await permissions.FindRefusalAsync(caller, request.RecipientId, http.RequestAborted) is { } refused)
        {
            return Refused(refused);
        }

        var result = await grains.CreateCallAsync(
            new CreateCall(caller, request.RecipientId, request.CallType, request.ChannelName, request.Metadata?.Text, key),
            placement,
            time);
        return result.Code switch
        {
            CallResultCode.AlreadyCalling => Ok(CredentialAnswerBody.Of(result, Messages.AlreadyCalling)),
            CallResultCode.AlreadyRinging => Ok(CredentialAnswerBody.Of(result, Messages.AlreadyRinging)),
            CallResultCode.Ok => Created(CredentialAnswerBody.Of(result, Messages.Created)),
            _ => Refused(ApiError.Of(result, caller)),
        };

        ProblemResult Refused(ApiError refusal)
        {
            metrics.RecordRefused(refusal);
            return new ProblemResult(refusal);
        }
    }

    private static async Task<IResult> RequestToken(
        string id, HttpContext http, IGrainFactory grains, TimeProvider time)
    {
        var caller = http.User.Caller;
        var (request, error) = await RequestBody.ReadAsync<TokenRequest>(http);
        if (request is null)
        {
            return new ProblemResult(error!);
        }

        if (!CallIds.IsValid(id))
        {
            return new ProblemResult(ApiError.NoSuchCall);
        }

        var result = await grains.AskCallAsync(
            id, new RequestToken(caller, request.Role, request.DeviceId), static (call, asked) => call.RequestToken(asked), time);
        return result.Code == CallResultCode.Ok
            ? Created(CredentialAnswerBody.Of(result, Messages.TokenIssued))
            : new ProblemResult(ApiError.Of(result, caller));
    }

    private static async Task<IResult> ReadCall(
        string id, HttpContext http, IGrainFactory grains, AuditTrail audit, TimeProvider time)
    {
        var caller = http.User.Caller;
        if (!CallIds.IsValid(id))
        {
            return new ProblemResult(ApiError.NoSuchCall);
        }

        var result = await grains.AskCallAsync(id, caller, static (call, asked) => call.Read(asked), time);
        if (result.Code != CallResultCode.Ok)
        {
            return new ProblemResult(ApiError.Of(result, caller));
        }

        await audit.RecordReadAsync(http, AuditAction.ReadCall, result.Session!);
        return Ok(new SessionBody(result.Session!));
    }

    private static async Task<IResult> SetStatus(
        string id, HttpContext http, IGrainFactory grains, TimeProvider time)
    {
        var caller = http.User.Caller;
        var (request, error) = await RequestBody.ReadAsync<StatusRequest>(http);
        if (request is null)
        {
            return new ProblemResult(error!);
        }

        if (!CallIds.IsValid(id))
        {
            return new ProblemResult(ApiError.NoSuchCall);
        }

        var result = await grains.AskCallAsync(
            id, new SetStatus(caller, request.Status, request.Reason, DeviceId: null), static (call, asked) => call.SetStatus(asked), time);
        return result.Code == CallResultCode.Ok
            ? Ok(new CallBody(Messages.Updated, new SessionBody(result.Session!)))
            : new ProblemResult(ApiError.Of(result, caller));
    }

    private static async Task<Results<Ok<TimelineEntryBody[]>, ProblemResult>> ReadTimeline(
        string id, HttpContext http, ICallReader calls, AuditTrail audit)
    {
        if (!CallIds.IsValid(id) || await calls.ReadTimelineAsync(id, http.RequestAborted) is not { } timeline)
        {
            return new ProblemResult(ApiError.NoSuchCall);
        }

        if (!timeline.Session.MayBeReadBy(http.User.Caller))
        {
            return new ProblemResult(ApiError.NotParticipant);
        }

        await audit.RecordReadAsync(http, AuditAction.ReadTimeline, timeline.Session);
        return TypedResults.Ok(
            timeline.Entries.Select(entry => TimelineEntryBody.Of(entry, timeline.Session, http.User.Caller)).ToArray());
    }

    private static async Task<Ok<SessionBody[]>> ListOpenCalls(HttpContext http, ICallReader calls) =>
        TypedResults.Ok(SessionBody.Of(await calls.ListOpenAsync(http.User.Caller.UserId, http.RequestAborted)));

    private static async Task<Results<Ok<CallPageBody>, ProblemResult>> ListCalls(
        [AsParameters] CallListQuery query, HttpContext http, ICallReader calls, AuditTrail audit)
    {
        var (asked, error) = query.Parse(http.Request.Query, http.User.Caller);
        if (asked is null)
        {
            return new ProblemResult(error!);
        }

        if (asked.UserId != http.User.Caller.UserId)
        {
            await audit.RecordAsync(http, AuditAction.ListCalls, asked.UserId);
        }

        var page = await calls.ListAsync(asked, http.RequestAborted);
        return TypedResults.Ok(new CallPageBody(SessionBody.Of(page.Items), PageCursor.Format(page.Next)));
    }

    private static JsonAnswer Ok(IJsonBody body) => new(StatusCodes.Status200OK, body);

    private static JsonAnswer Created(IJsonBody body) => new(StatusCodes.Status201Created, body);
}
