using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Push;

/// <summary>The routes for a device that was pushed and is not signed in. It shows the credential in the push.</summary>
internal static class PushedCallApi
{
    /// <summary>Maps the routes.</summary>
    public static void MapPushedCallApi(this IEndpointRouteBuilder routes)
    {
        var pushed = routes.MapGroup("/push").WithTags("Push").AllowAnonymous().ProducesProblems(400, 401, 413, 429, 503);

        pushed.MapPost("/call", Ask)
            .WithName("AskForPushedCall")
            .WithSummary("Does the call still ring?")
            .WithDescription("Asked by a device that was pushed, before it rings. Where the call rings, this acknowledges it: the caller "
                + "learns that a device rings.")
            .AcceptsJson<PushCredentialRequest>(isOptional: false);
        pushed.MapPost("/decline", Decline)
            .WithName("DeclinePushedCall")
            .WithSummary("Decline the call that a device was pushed for")
            .WithDescription("The same request again is not an error. A call that was answered is not ended by it.")
            .AcceptsJson<PushCredentialRequest>(isOptional: false)
            .ProducesProblems(410);
    }

    private static async Task<Results<Ok<PushedCallBody>, ProblemResult>> Ask(
        HttpContext http,
        PushCredentials credentials,
        RequestRate rate,
        ReachabilityRecorder reachability,
        IGrainFactory grains,
        TimeProvider time)
    {
        var (credential, error) = await VerifyAsync(http, credentials, rate, time);
        if (credential is null)
        {
            return new ProblemResult(error!);
        }

        reachability.Record(credential.UserId);
        var result = await grains.GetCall(credential.CallId)
            .Acknowledge(new AcknowledgeInvitation(new Caller(credential.UserId), credential.DeviceId));
        var session = result.Session;
        var remaining = session is { Rings: true, RingDeadline: { } deadline } ? deadline - time.GetUtcNow() : TimeSpan.Zero;
        var isRinging = result.Code == CallResultCode.Ok && remaining > TimeSpan.Zero;
        return TypedResults.Ok(new PushedCallBody(
            credential.CallId,
            isRinging,
            isRinging ? (int)remaining.TotalMilliseconds : 0,
            session?.InitiatorName,
            isRinging ? null : OutcomeOf(session)));
    }

    private static async Task<Results<NoContent, ProblemResult>> Decline(
        HttpContext http, PushCredentials credentials, RequestRate rate, IGrainFactory grains, TimeProvider time)
    {
        var (credential, error) = await VerifyAsync(http, credentials, rate, time);
        if (credential is null)
        {
            return new ProblemResult(error!);
        }

        var request = new SetStatus(new Caller(credential.UserId), CallStatus.Cancelled, Remark: null, credential.DeviceId)
        {
            OnlyWhileRinging = true,
        };
        var result = await grains.GetCall(credential.CallId).SetStatus(request);
        return result is { Code: CallResultCode.Ok or CallResultCode.Ended, Session.EndReason: EndReason.Declined }
            ? TypedResults.NoContent()
            : new ProblemResult(ApiError.RingOver(OutcomeOf(result.Session)));
    }

    /// <summary>What became of the ring. A call that is not on record any more has ended long ago.</summary>
    private static RingOutcome OutcomeOf(CallSession? session) => session?.RingOutcome ?? RingOutcome.Ended;

    private static async Task<Parsed<PushCredential>> VerifyAsync(
        HttpContext http, PushCredentials credentials, RequestRate rate, TimeProvider time)
    {
        var (request, error) = await RequestBody.ReadAsync<PushCredentialRequest>(http);
        if (request is null)
        {
            return error!;
        }

        if (credentials.Verify(request.Credential, time.GetUtcNow()) is not { } credential)
        {
            return ApiError.Unauthorized("The credential is not one that this service has made, or it has expired.");
        }

        // Who is refused is counted by the address, as everybody without a token.
        return rate.TryTake(credential.UserId, out var retryAfter) ? credential : ApiError.TooMany(retryAfter);
    }
}
