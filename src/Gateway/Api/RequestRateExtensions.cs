using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Handover;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Limits;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Api;

/// <summary>Adds <see cref="RequestRate"/> and <see cref="AddressRate"/> to the pipeline.</summary>
internal static class RequestRateExtensions
{
    /// <summary>
    /// Counts every request whose caller is verified, whatever it is answered with, and of all others those that are refused. Answers 429
    /// to those that are too many. Comes after authentication and before authorization.
    /// </summary>
    public static IApplicationBuilder UseRequestRate(this IApplicationBuilder app)
    {
        var users = app.ApplicationServices.GetRequiredService<RequestRate>();
        var addresses = app.ApplicationServices.GetRequiredService<AddressRate>();
        return app.Use(next => context =>
        {
            if (context.User.VerifiedCaller is { } caller)
            {
                SocketHandover.NoteVerified(context);
                return users.TryTake(caller.UserId, out var retryAfter) ? next(context) : RefuseAsync(context, retryAfter);
            }

            if (context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null)
            {
                return CountFailureAsync(context, next, addresses);
            }

            return addresses.TryTake(context.Connection.RemoteIpAddress, out var wait) ? next(context) : RefuseAsync(context, wait);
        });
    }

    /// <summary>Serves a request for which no token is needed. It counts where it fails: the path may not exist.</summary>
    private static async Task CountFailureAsync(HttpContext context, RequestDelegate next, AddressRate addresses)
    {
        await next(context);
        if (context.Response is { StatusCode: >= 400 and < 500, HasStarted: false }
            && !addresses.TryTake(context.Connection.RemoteIpAddress, out var retryAfter))
        {
            await RefuseAsync(context, retryAfter);
        }
    }

    private static Task RefuseAsync(HttpContext context, int retryAfter) =>
        ProblemResult.WriteAsync(context, ApiError.TooMany(retryAfter));
}
