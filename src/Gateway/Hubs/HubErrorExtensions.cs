using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>Turns errors into exceptions that reach the clients of a hub.</summary>
internal static class HubErrorExtensions
{
    /// <summary>An exception whose message is <c>code: text</c>.</summary>
    public static HubException ToHubException(this ApiError error) => new($"{error.Code}: {error.Detail}");

    extension(HubException exception)
    {
        /// <summary>The code of the error that the exception was made of by <see cref="ToHubException"/>.</summary>
        public string ErrorCode => exception.Message[..exception.Message.IndexOf(':', StringComparison.Ordinal)];
    }

    /// <summary>The request that was read.</summary>
    /// <exception cref="HubException">It could not be read.</exception>
    public static T OrThrow<T>(this Parsed<T> parsed)
        where T : class =>
        parsed.Value ?? throw (parsed.Error ?? ApiError.Malformed("An argument is missing.")).ToHubException();

    /// <summary>The result, where it is a success.</summary>
    /// <exception cref="HubException">The call session refused.</exception>
    public static CallResult OrThrow(this CallResult result, Caller caller) =>
        result.Code == CallResultCode.Ok ? result : throw ApiError.Of(result, caller).ToHubException();
}
