using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Fayo.Calls.Gateway.Api;

/// <summary>A JSON document that is written again and again as it is.</summary>
internal sealed class CachedJson
{
    private readonly byte[] _json;
    private readonly string _contentType;
    private readonly string? _tag;

    /// <param name="json">The document in UTF-8.</param>
    /// <param name="contentType">Its content type.</param>
    /// <param name="isTagged">Whether clients that have the document already may be told so, instead of being sent it again.</param>
    public CachedJson(byte[] json, string contentType, bool isTagged = false)
    {
        _json = json;
        _contentType = contentType;
        _tag = isTagged ? $"\"{WebEncoders.Base64UrlEncode(SHA256.HashData(json).AsSpan(0, 12))}\"" : null;
    }

    /// <summary>Writes the document as the whole response.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status of the response.</param>
    public Task WriteAsync(HttpContext context, int status = StatusCodes.Status200OK)
    {
        var response = context.Response;
        if (_tag is not null)
        {
            response.Headers.ETag = _tag;
            if (context.Request.Headers.IfNoneMatch == _tag)
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }

        response.StatusCode = status;
        response.ContentType = _contentType;
        response.ContentLength = _json.Length;
        return response.Body.WriteAsync(_json, context.RequestAborted).AsTask();
    }
}
