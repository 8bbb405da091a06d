using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fayo.Calls.Gateway.Users;

/// <summary>The routes that tell who is who, and who is there.</summary>
internal static class UsersApi
{
    /// <summary>Maps them under a group that requires authorization.</summary>
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/users", ListUsers).WithTags("Users")
            .Describe("ListUsers", "Whom one can call", "50 a page, by name, with the number of devices on which each is connected now. For staff.")
            .ProducesJson<UserPageBody>(200).ProducesProblems(400, 403, 502);
        routes.MapGet("/me", ReadMe).WithTags("Users")
            .Describe("ReadMe", "Who am I?", "What the bearer's token says, and whether that is staff here.")
            .ProducesJson<MeBody>(200);
    }

    private static async Task<IResult> ListUsers([AsParameters] UserListQuery query, HttpContext http, UserDirectory directory, IPresence presence)
    {
        if (!http.User.Caller.IsStaff)
        {
            return new Problem(ApiError.Forbidden("Only staff may list users."));
        }

        if (query.Parse(http.Request.Query, out var search, out var page) is { } badQuery)
        {
            return new Problem(badQuery);
        }

        var (listed, error) = await directory.ListAsync(search, page, ReadToken(http.Request), http.RequestAborted);
        if (listed is null)
        {
            return new Problem(error!);
        }

        var devices = await presence.ReadDevicesAsync([.. listed.Users.Select(user => user.Id)]);
        var body = new UserPageBody(
            [.. listed.Users.Select(user => new UserBody(user, devices.TryGetValue(user.Id, out var own) ? own.Count : 0))],
            listed.HasMore ? page + 1 : null);
        return new JsonAnswer<UserPageBody>(StatusCodes.Status200OK, body, GatewayJson.Instance.UserPageBody);
    }

    private static JsonAnswer<MeBody> ReadMe(HttpContext http)
    {
        var caller = http.User.Caller;
        // Verified already; and names are not kept with each connection.
        var profile = TokenProfile.Read(new JsonWebToken(ReadToken(http.Request)), caller);
        return new JsonAnswer<MeBody>(
            StatusCodes.Status200OK, new MeBody(caller.UserId, caller.Role, profile.FirstName, profile.LastName, caller.IsStaff), GatewayJson.Instance.MeBody);
    }

    private static string ReadToken(HttpRequest request) => request.Headers.Authorization.ToString()["Bearer ".Length..].Trim();
}
