using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>Answers a request with JSON.</summary>
/// <typeparam name="T">The body.</typeparam>
/// <param name="status">The HTTP status.</param>
/// <param name="body">The body.</param>
/// <param name="type">How it becomes JSON.</param>
internal sealed class JsonAnswer<T>(int status, T body, JsonTypeInfo<T> type) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteAsync(httpContext, status, "application/json; charset=utf-8", body, type);
}

/// <summary>Writes JSON.</summary>
internal static class JsonAnswer
{
    /// <summary>Writes JSON as the whole response.</summary>
    public static async Task WriteAsync<T>(HttpContext context, int status, string contentType, T body, JsonTypeInfo<T> type)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        // The head first, so that the body is written straight into the connection's buffer behind it.
        await response.StartAsync(context.RequestAborted);
        await JsonSerializer.SerializeAsync(response.BodyWriter, body, type, context.RequestAborted);
    }
}
