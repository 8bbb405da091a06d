using System.Data.Common;
using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Users.Directory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fayo.Calls.Gateway.Users;

/// <summary>The routes that tell who the users are and who is connected.</summary>
internal static class UsersApi
{
    /// <summary>Maps the routes under a group that requires authorization.</summary>
    public static void MapUsersApi(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("").WithTags("Users");

        users.MapGet("/users", ListUsers)
            .WithName("ListUsers")
            .WithSummary("Whom one can call")
            .WithDescription("50 a page, by name, with the number of devices on which each is connected now, whether a push may reach "
                + "each, and when a device of each was last known to be there. For staff.")
            .ProducesProblems(400, 403, 502, 503);
        users.MapGet("/me", ReadMe)
            .WithName("ReadMe")
            .WithSummary("Who am I?")
            .WithDescription("What the bearer's token says, and whether that is staff here.");
        users.MapGet("/me/devices", ListDevices)
            .WithName("ListDevices")
            .WithSummary("My devices")
            .WithDescription("The named devices of the caller that have rung, oldest first, and whether each is connected now. Where push "
                + "is configured, devices lists those that are registered for it, without where they are reached.")
            .ProducesProblems(503);
    }

    private static async Task<Results<Ok<UserPageBody>, ProblemResult>> ListUsers(
        [AsParameters] UserListQuery query,
        HttpContext http,
        UserDirectory directory,
        IPresence presence,
        IUserReachability reachability,
        IPushSender push,
        TimeProvider time,
        AuditTrail audit)
    {
        if (!http.User.Caller.IsStaff)
        {
            return new ProblemResult(ApiError.Forbidden("Only staff may list users."));
        }

        if (query.Parse(http.Request.Query, out var search, out var page) is { } badQuery)
        {
            return new ProblemResult(badQuery);
        }

        await audit.RecordAsync(http, AuditAction.ListUsers);
        var (listed, error) = await directory.ListAsync(search, page, ReadToken(http.Request), http.RequestAborted);
        if (listed is null)
        {
            return new ProblemResult(error!);
        }

        string[] ids = [.. listed.Users.Select(user => user.Id)];
        var devices = await presence.ReadDevicesAsync(ids);
        var reached = await reachability.ReadAsync(ids, http.RequestAborted);
        return TypedResults.Ok(new UserPageBody([.. listed.Users.Select(Body)], listed.HasMore ? page + 1 : null));

        UserBody Body(UserProfile user)
        {
            var connected = devices.TryGetValue(user.Id, out var own) ? own.Count : 0;
            var known = reached.GetValueOrDefault(user.Id);
            return new UserBody(
                user, connected, push.IsOn && known is { PushDevices: > 0 }, connected > 0 ? time.GetUtcNow() : known?.LastReachableAt);
        }
    }

    private static Ok<MeBody> ReadMe(HttpContext http)
    {
        var caller = http.User.Caller;
        // The token is verified already. Its names are read again, because a caller's identity does not keep them.
        var profile = TokenProfile.Read(new JsonWebToken(ReadToken(http.Request)), caller);
        return TypedResults.Ok(new MeBody(
            caller.UserId, caller.Role, profile.FirstName, profile.LastName, caller.IsStaff, caller.MayMonitor));
    }

    private static async Task<Results<Ok<DeviceListBody>, ProblemResult>> ListDevices(
        HttpContext http, IGrainFactory grains, IPresence presence, IPushSender push)
    {
        var userId = http.User.Caller.UserId;
        IReadOnlyList<UserDevice> kept;
        IReadOnlyList<PushDevice>? registered;
        try
        {
            kept = await grains.GetUserDevices(userId).List();
            registered = push.IsOn ? await grains.GetPushDevices(userId).List() : null;
        }
        catch (Exception e) when (e is DbException or OrleansException or TimeoutException)
        {
            // The grain reads the database when it activates, and fails with whatever that fails with.
            return new ProblemResult(ApiError.Unavailable);
        }

        var connected = (await presence.ReadDevicesAsync([userId])).GetValueOrDefault(userId);
        return TypedResults.Ok(new DeviceListBody(
            [.. kept.Select(device => new DeviceBody(device.DeviceId, device.FirstSeenAt, connected?.Contains(device.DeviceId) == true))],
            registered is null ? null : [.. registered.Select(PushDeviceBody.Of)]));
    }

    private static string ReadToken(HttpRequest request) => request.Headers.Authorization.ToString()["Bearer ".Length..].Trim();
}
