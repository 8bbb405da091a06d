using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The header with which a client can repeat a request without having it carried out twice.</summary>
internal static class IdempotencyKey
{
    /// <summary>The header's name.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>The length of a key, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>Reads the key of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="key">The key; null where the request has none.</param>
    /// <returns>Why the key cannot be accepted; null where it can, or there is none.</returns>
    public static ApiError? Read(HttpRequest request, out string? key)
    {
        key = null;
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return null;
        }

        key = values.ToString();
        return values.Count == 1 && key.Length is > 0 and <= MaxLength && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? null
            : ApiError.BadValue(Header, $"has to be 1 to {MaxLength} visible ASCII characters");
    }
}
