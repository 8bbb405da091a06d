using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Api;

/// <summary>Adds <see cref="RequestRate"/> to the pipeline.</summary>
internal static class RequestRateExtensions
{
    /// <summary>Counts every request whose caller is verified, and answers 429 to those that are too many.</summary>
    public static IApplicationBuilder UseRequestRate(this IApplicationBuilder app)
    {
        var rate = app.ApplicationServices.GetRequiredService<RequestRate>();
        return app.Use(next => context =>
            context.User.VerifiedCaller is { } caller && !rate.TryTake(caller.UserId, out var retryAfter)
                ? ProblemResult.WriteAsync(context, ApiError.TooMany(retryAfter))
                : next(context));
    }
}
