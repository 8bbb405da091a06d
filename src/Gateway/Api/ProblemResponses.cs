using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Api;

/// <summary>Sees to it that whatever goes wrong, and wherever, is answered with a problem document.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="logger">Notes what the client is not told.</param>
internal sealed class ProblemResponses(RequestDelegate next, ILogger<ProblemResponses> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
            return;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var refusal = Refusal.Of(e);
            if (refusal.Status == StatusCodes.Status500InternalServerError)
            {
                logger.RequestFailed(e, context.Request.Method, context.GetEndpoint()?.DisplayName);
            }
            else if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
            {
                logger.RequestUnavailable(context.Request.Method, context.GetEndpoint()?.DisplayName, e.GetType().Name);
            }

            await Problem.WriteAsync(context, refusal);
            return;
        }

        var response = context.Response;
        if (response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
        {
            await Problem.WriteAsync(context, OfStatus(response.StatusCode, context.Request.Method));
        }
    }

    private static Refusal OfStatus(int status, string method) => status switch
    {
        StatusCodes.Status401Unauthorized => Refusal.Unauthorized("A bearer token is required."),
        StatusCodes.Status403Forbidden => Refusal.Forbidden("This is not for you."),
        StatusCodes.Status404NotFound => new Refusal(status, "not_found", "There is nothing under this path."),
        StatusCodes.Status405MethodNotAllowed => new Refusal(status, "method_not_allowed", $"{method} is not possible on this path."),
        StatusCodes.Status413PayloadTooLarge => Refusal.TooLarge,
        >= 500 => Refusal.Internal with { Status = status },
        _ => new Refusal(status, "malformed", "The request cannot be accepted."),
    };
}
