using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>Answers a request with a problem document.</summary>
/// <param name="refusal">What it says.</param>
internal sealed class Problem(Refusal refusal) : IResult
{
    public const string ContentType = "application/problem+json";

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, refusal);

    /// <summary>Writes a problem document as the whole response.</summary>
    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        if (refusal.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var body = new ProblemBody(
            "about:blank",
            ReasonPhrases.GetReasonPhrase(refusal.Status),
            refusal.Status,
            refusal.Detail,
            refusal.Code,
            refusal.Detail,
            refusal.Session is { } session ? new SessionBody(session) : null);
        return JsonAnswer.WriteAsync(context, refusal.Status, ContentType, body, GatewayJson.Instance.ProblemBody);
    }
}
