using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>Answers a request with a problem document.</summary>
/// <param name="error">What it says.</param>
internal sealed class Problem(ApiError error) : IResult
{
    public const string ContentType = "application/problem+json";

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, error);

    /// <summary>Writes a problem document as the whole response.</summary>
    public static Task WriteAsync(HttpContext context, ApiError error)
    {
        if (error.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var body = new ProblemBody(
            "about:blank",
            ReasonPhrases.GetReasonPhrase(error.Status),
            error.Status,
            error.Detail,
            error.Code,
            error.Detail,
            error.Session is { } session ? new SessionBody(session) : null);
        return JsonAnswer.WriteAsync(context, error.Status, ContentType, body, GatewayJson.Instance.ProblemBody);
    }
}
