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
            var error = ApiError.Of(e);
            if (error.Status == StatusCodes.Status500InternalServerError)
            {
                logger.RequestFailed(e, context.Request.Method, context.GetEndpoint()?.DisplayName);
            }
            else if (error.Status == StatusCodes.Status503ServiceUnavailable)
            {
                logger.RequestUnavailable(context.Request.Method, context.GetEndpoint()?.DisplayName, e.GetType().Name);
            }

            await Problem.WriteAsync(context, error);
            return;
        }

        var response = context.Response;
        if (response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
        {
            await Problem.WriteAsync(context, OfStatus(response.StatusCode, context.Request.Method));
        }
    }

    private static ApiError OfStatus(int status, string method) => status switch
    {
        StatusCodes.Status401Unauthorized => ApiError.Unauthorized("A bearer token is required."),
        StatusCodes.Status403Forbidden => ApiError.Forbidden("This is not for you."),
        StatusCodes.Status404NotFound => new ApiError(status, "not_found", "There is nothing under this path."),
        StatusCodes.Status405MethodNotAllowed => new ApiError(status, "method_not_allowed", $"{method} is not possible on this path."),
        StatusCodes.Status413PayloadTooLarge => ApiError.TooLarge,
        >= 500 => ApiError.Internal with { Status = status },
        _ => new ApiError(status, "malformed", "The request cannot be accepted."),
    };
}
