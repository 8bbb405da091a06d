using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>How refusals reach the clients of the hub.</summary>
internal static class HubErrorExtensions
{
    /// <summary>An exception whose message is <c>code: text</c>.</summary>
    public static HubException ToHubException(this ApiError error) => new($"{error.Code}: {error.Detail}");

    /// <summary>The request, if it could be read.</summary>
    /// <exception cref="HubException">It could not.</exception>
    public static T OrThrow<T>(this Parsed<T> parsed)
        where T : class =>
        parsed.Value ?? throw (parsed.Error ?? ApiError.Malformed("An argument is missing.")).ToHubException();

    /// <summary>The result, if the call session did what it was asked.</summary>
    /// <exception cref="HubException">It did not.</exception>
    public static CallResult OrThrow(this CallResult result, Caller caller) =>
        result.Code == CallResultCode.Ok ? result : throw ApiError.Of(result, caller).ToHubException();
}
