using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Reachability;

/// <summary>The routes by which users block others, whose calls then do not ring for them.</summary>
internal static class BlockedUsersApi
{
    /// <summary>Maps the routes under a group that requires authorization.</summary>
    public static void MapBlockedUsersApi(this IEndpointRouteBuilder routes)
    {
        var blocked = routes.MapGroup("/me/blocked").WithTags("Users").ProducesProblems(503);

        blocked.MapGet("", ListBlocked)
            .WithName("ListBlockedUsers")
            .WithSummary("Whom I have blocked")
            .WithDescription("The latest first.");
        blocked.MapPut("/{userId}", Block)
            .WithName("BlockUser")
            .WithSummary("Block a user")
            .WithDescription("Calls of this user ring on no device of the caller from now on, and the caller hears nothing of them. To the "
                + "user they look like calls that nobody answers. The same request again is not an error.")
            .ProducesProblems(400, 409);
        blocked.MapDelete("/{userId}", Unblock)
            .WithName("UnblockUser")
            .WithSummary("Unblock a user")
            .WithDescription("Not an error where the user is not blocked.");
    }

    private static async Task<Ok<BlockListBody>> ListBlocked(HttpContext http, IBlockList list)
    {
        var blocked = await list.ListAsync(http.User.Caller.UserId, http.RequestAborted);
        return TypedResults.Ok(new BlockListBody([.. blocked.Select(user => new BlockedUserBody(user.UserId, user.BlockedAt))]));
    }

    private static async Task<Results<Ok<BlockedUserBody>, ProblemResult>> Block(
        string userId, HttpContext http, IBlockList list, GatewaySettings settings, IGrainFactory grains, ILogger<IBlockList> logger)
    {
        var caller = http.User.Caller;
        if (!UserIds.IsValid(userId))
        {
            return new ProblemResult(ApiError.BadValue("userId", "is not a user id"));
        }

        if (userId == caller.UserId)
        {
            return new ProblemResult(ApiError.BadValue("userId", "has to be somebody else"));
        }

        // A request that is given up half-way must not leave a call ringing.
        if (await list.BlockAsync(caller.UserId, userId, settings.BlockingOverriddenBy, CancellationToken.None) is not { } blocking)
        {
            return new ProblemResult(ApiError.BlockListFull);
        }

        foreach (var callId in blocking.SilencedCalls)
        {
            try
            {
                await grains.GetCall(callId).Silence(caller.UserId);
            }
            catch (Exception e)
            {
                // The row is silent already, and the user is blocked; only this ring goes on until its deadline.
                logger.RingNotTakenAway(callId, e.GetType().Name);
            }
        }

        return TypedResults.Ok(new BlockedUserBody(userId, blocking.At));
    }

    private static async Task<NoContent> Unblock(string userId, HttpContext http, IBlockList list)
    {
        await list.UnblockAsync(http.User.Caller.UserId, userId, http.RequestAborted);
        return TypedResults.NoContent();
    }
}
