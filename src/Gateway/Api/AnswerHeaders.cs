using Microsoft.AspNetCore.Builder;

namespace Fayo.Calls.Gateway.Api;

/// <summary>
/// The headers of every answer, whichever route it comes from and however it turns out. The pages replace some of them by their own.
/// </summary>
internal static class AnswerHeaders
{
    /// <summary>Sets the headers before anything else can answer.</summary>
    public static IApplicationBuilder UseAnswerHeaders(this IApplicationBuilder app) => app.Use(next => context =>
    {
        var headers = context.Response.Headers;
        // Answers hold who called whom, and tokens: no browser and no proxy keeps them.
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        // A page of another origin that has opened an answer or a page in a window cannot reach into it.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    });
}
