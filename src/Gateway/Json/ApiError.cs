using Fayo.Calls.Gateway.Limits;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Json;

/// <summary>Why a request is refused: a problem document over HTTP, <c>code: text</c> over the hub.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">What went wrong, for programs.</param>
/// <param name="Detail">What went wrong, for people; a whole sentence.</param>
internal sealed record ApiError(int Status, string Code, string Detail)
{
    /// <summary>The call as it is, where the caller may see it.</summary>
    public CallSession? Session { get; init; }

    /// <summary>After how many seconds it makes sense to ask again.</summary>
    public int? RetryAfter { get; init; }

    public static ApiError Malformed(string detail) => new(StatusCodes.Status400BadRequest, "malformed", detail);

    public static ApiError UnknownField(string name) =>
        new(StatusCodes.Status400BadRequest, "unknown_field", $"There is no field '{(name.Length > 64 ? name[..64] : name)}' here.");

    public static ApiError BadValue(string field, string rule) => new(StatusCodes.Status400BadRequest, "bad_value", $"'{field}' {rule}.");

    public static ApiError Unauthorized(string detail) => new(StatusCodes.Status401Unauthorized, "unauthorized", detail);

    public static ApiError Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "forbidden", detail);

    public static ApiError NotParticipant { get; } =
        new(StatusCodes.Status403Forbidden, "not_a_participant", "Only the participants of a call may do this.");

    public static ApiError NoSuchCall { get; } = new(StatusCodes.Status404NotFound, "not_found", "There is no such call.");

    public static ApiError TooLarge { get; } =
        new(StatusCodes.Status413PayloadTooLarge, "too_large", $"A body may have at most {GatewayLimits.MaxMessageBytes / 1024} KiB.");

    public static ApiError TooMany(int retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, "too_many", "Too many requests; slow down.") { RetryAfter = retryAfter };

    public static ApiError Internal { get; } =
        new(StatusCodes.Status500InternalServerError, "internal", "Something went wrong here; it has been noted.");

    public static ApiError DirectoryUnavailable { get; } =
        new(StatusCodes.Status502BadGateway, "directory_unavailable", "The directory of users does not answer as it should; try again.");

    public static ApiError Unavailable { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "unavailable", "The service cannot do this at the moment; try again.") { RetryAfter = 1 };

    /// <summary>The error that a call session answered with.</summary>
    public static ApiError Of(CallResult result, Caller caller)
    {
        var session = result.Session is { } known && known.MayBeReadBy(caller) ? known : null;
        return result.Code switch
        {
            CallResultCode.BadValue => new ApiError(
                StatusCodes.Status400BadRequest,
                "bad_value",
                result is { Field: { } field, Detail: { } detail } && !detail.Contains(field, StringComparison.Ordinal)
                    ? $"'{field}': {detail}"
                    : result.Detail ?? $"'{result.Field}' cannot be accepted."),
            CallResultCode.NotFound => WithDetail(NoSuchCall),
            CallResultCode.NotParticipant => WithDetail(NotParticipant),
            CallResultCode.NotPossible => Conflict("not_possible", "The call's state does not allow this."),
            CallResultCode.AnsweredElsewhere => Conflict("answered_elsewhere", "The call was answered on another device."),
            CallResultCode.Busy => Conflict("busy", "One of the two is in another call."),
            CallResultCode.Ended => WithDetail(new ApiError(StatusCodes.Status410Gone, "call_ended", "The call has ended.") { Session = session }),
            CallResultCode.ChannelInUse => WithDetail(
                new ApiError(StatusCodes.Status409Conflict, "channel_in_use", "The channel name is that of another open call.")),
            CallResultCode.KeyReused => WithDetail(
                new ApiError(StatusCodes.Status422UnprocessableEntity, "key_reused", "The key was used for a request with another body.")),
            CallResultCode.NotStorable => WithDetail(
                new ApiError(StatusCodes.Status400BadRequest, "not_storable", "The request cannot be stored.")),
            _ => throw new ArgumentOutOfRangeException(nameof(result), result.Code, "Not an error."),
        };

        ApiError Conflict(string code, string detail) =>
            WithDetail(new ApiError(StatusCodes.Status409Conflict, code, detail) { Session = session });

        ApiError WithDetail(ApiError error) => result.Detail is { Length: > 0 } detail ? error with { Detail = detail } : error;
    }

    /// <summary>What an exception means to the client; <see cref="Internal"/> where that is nothing it can act upon.</summary>
    public static ApiError Of(Exception exception) => exception switch
    {
        // The store, another silo or this one cannot answer at the moment: the outcome is unknown and asking again is safe.
        OrleansException or TimeoutException or OperationCanceledException => Unavailable,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge,
        BadHttpRequestException bad => new ApiError(bad.StatusCode, "malformed", "The HTTP request cannot be read."),
        _ => Internal,
    };
}
