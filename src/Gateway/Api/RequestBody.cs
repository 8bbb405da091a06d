using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Fayo.Calls.Gateway.Api;

/// <summary>Reads the bodies of requests.</summary>
internal static class RequestBody
{
    /// <summary>Reads a request from its body.</summary>
    /// <returns>The request, or the error where the body cannot be accepted.</returns>
    public static async ValueTask<Parsed<T>> ReadAsync<T>(HttpContext context)
        where T : class, IRequest<T>
    {
        if (!IsJson(context.Request) && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false })
        {
            return ApiError.Malformed("The body has to be JSON in UTF-8, and Content-Type application/json.");
        }

        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                if (read.IsCompleted)
                {
                    var parsed = RequestParser.Parse<T>(read.Buffer);
                    reader.AdvanceTo(read.Buffer.End);
                    return parsed;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException e)
        {
            // What comes after a body that could not be read is no request.
            context.Response.Headers.Connection = "close";
            return ApiError.Of(e);
        }
    }

    private static bool IsJson(HttpRequest request) =>
        request.ContentType is not { Length: > 0 } contentType
        || contentType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));
}
