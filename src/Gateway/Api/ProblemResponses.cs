using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Api;

/// <summary>Answers with a problem document wherever the rest of the pipeline fails or leaves an error without a body.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="logger">Logs what the client is not told.</param>
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
            // The client is gone.
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
                // Its message says what the database refuses, and holds nothing of the data.
                var reason = e is CallStoreUnavailableException ? e.Message : e.GetType().Name;
                logger.RequestUnavailable(context.Request.Method, context.GetEndpoint()?.DisplayName, reason);
            }

            await ProblemResult.WriteAsync(context, error);
            return;
        }

        var response = context.Response;
        if (response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
        {
            await ProblemResult.WriteAsync(context, OfStatus(response.StatusCode, context.Request.Method));
        }
    }

    private static ApiError OfStatus(int status, string method) => status switch
    {
        StatusCodes.Status401Unauthorized => ApiError.Unauthorized("A bearer token is required."),
        StatusCodes.Status403Forbidden => ApiError.Forbidden("You may not use this path."),
        StatusCodes.Status404NotFound => new ApiError(status, "not_found", "This path does not exist."),
        StatusCodes.Status405MethodNotAllowed => new ApiError(status, "method_not_allowed", $"This path does not accept {method}."),
        StatusCodes.Status413PayloadTooLarge => ApiError.TooLarge,
        >= 500 => ApiError.Internal with { Status = status },
        _ => new ApiError(status, "malformed", "The request cannot be accepted."),
    };
}
