using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Reachability;

/// <summary>The routes by which users say that they do not want to be called for a time.</summary>
internal static class DoNotDisturbApi
{
    /// <summary>How far ahead the end may be, in days.</summary>
    private const int MaxDays = 366;

    /// <summary>Maps the routes under a group that requires authorization.</summary>
    public static void MapDoNotDisturbApi(this IEndpointRouteBuilder routes)
    {
        var wish = routes.MapGroup("/me/do-not-disturb").WithTags("Users").ProducesProblems(503);

        wish.MapGet("", Read)
            .WithName("ReadDoNotDisturb")
            .WithSummary("Until when my devices do not ring")
            .WithDescription("null where they ring.");
        wish.MapPut("", Set)
            .WithName("SetDoNotDisturb")
            .WithSummary("Do not ring until a time")
            .WithDescription("New calls ring on no device of the caller. To whoever calls they look like calls that nobody answers; the "
                + "caller is told of each once it has ended. A call that rings already goes on ringing.")
            .AcceptsJson<DoNotDisturbRequest>(isOptional: false)
            .ProducesProblems(400, 413);
        wish.MapDelete("", Clear)
            .WithName("ClearDoNotDisturb")
            .WithSummary("Ring again")
            .WithDescription("Not an error where the devices ring.");
    }

    private static async Task<Ok<DoNotDisturbBody>> Read(HttpContext http, IDoNotDisturb wishes) =>
        TypedResults.Ok(new DoNotDisturbBody(await wishes.ReadAsync(http.User.Caller.UserId, http.RequestAborted)));

    private static async Task<Results<Ok<DoNotDisturbBody>, ProblemResult>> Set(HttpContext http, IDoNotDisturb wishes, TimeProvider time)
    {
        var (request, error) = await RequestBody.ReadAsync<DoNotDisturbRequest>(http);
        if (request is null)
        {
            return new ProblemResult(error!);
        }

        var now = time.GetUtcNow();
        if (request.Until <= now || request.Until > now.AddDays(MaxDays))
        {
            return new ProblemResult(ApiError.BadValue("until", $"has to be in the future, and at most {MaxDays} days ahead"));
        }

        await wishes.SetAsync(http.User.Caller.UserId, request.Until, http.RequestAborted);
        return TypedResults.Ok(new DoNotDisturbBody(request.Until));
    }

    private static async Task<NoContent> Clear(HttpContext http, IDoNotDisturb wishes)
    {
        await wishes.ClearAsync(http.User.Caller.UserId, http.RequestAborted);
        return TypedResults.NoContent();
    }
}
