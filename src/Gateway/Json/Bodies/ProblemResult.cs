using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>Answers a request with a problem document.</summary>
/// <param name="error">The error that the document describes.</param>
internal sealed class ProblemResult(ApiError error) : IResult
{
    /// <summary>The content type of a problem document.</summary>
    public const string ContentType = "application/problem+json";

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, error);

    /// <summary>Writes a problem document as the whole response.</summary>
    public static Task WriteAsync(HttpContext context, ApiError error)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        if (error.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var body = new ProblemBody(
            "about:blank",
            ReasonPhrases.GetReasonPhrase(error.Status),
            error.Status,
            error.Detail,
            error.Code,
            error.Detail,
            error.Session is { } session ? new SessionBody(session) : null,
            error.Outcome);
        return response.WriteAsJsonAsync(body, GatewayJson.Instance.ProblemBody, ContentType, context.RequestAborted);
    }
}
