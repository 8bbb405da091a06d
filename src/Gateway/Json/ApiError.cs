using Fayo.Calls.Gateway.Limits;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Json;

/// <summary>
/// Why a request is refused. Over HTTP it becomes a problem document, over the hub an exception with the message <c>code:
/// text</c>.
/// </summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">What went wrong, for programs.</param>
/// <param name="Detail">What went wrong, for people: a whole sentence.</param>
internal sealed record ApiError(int Status, string Code, string Detail)
{
    /// <summary>The call as it is now, where the caller may see it.</summary>
    public CallSession? Session { get; init; }

    /// <summary>What became of a ring, where that is why; null elsewhere.</summary>
    public RingOutcome? Outcome { get; init; }

    /// <summary>After how many seconds the client may try again; null where it need not wait.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The request is not valid JSON or not valid HTTP.</summary>
    public static ApiError Malformed(string detail) => new(StatusCodes.Status400BadRequest, "malformed", detail);

    /// <summary>The request has a field or parameter that does not exist. A very long name is cut off.</summary>
    public static ApiError UnknownField(string name) =>
        new(StatusCodes.Status400BadRequest, "unknown_field", $"There is no field '{(name.Length > 64 ? name[..64] : name)}' here.");

    /// <summary>A field or parameter has a value that cannot be accepted.</summary>
    /// <param name="field">The name of the field.</param>
    /// <param name="rule">The rule that the value breaks, as the end of a sentence that begins with the field's name.</param>
    public static ApiError BadValue(string field, string rule) => new(StatusCodes.Status400BadRequest, "bad_value", $"'{field}' {rule}.");

    /// <summary>There is no valid token.</summary>
    public static ApiError Unauthorized(string detail) => new(StatusCodes.Status401Unauthorized, "unauthorized", detail);

    /// <summary>The caller may not do this.</summary>
    public static ApiError Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "forbidden", detail);

    /// <summary>The caller is not a participant of the call.</summary>
    public static ApiError NotParticipant { get; } =
        new(StatusCodes.Status403Forbidden, "not_a_participant", "Only the participants of a call may do this.");

    /// <summary>The caller's role may not call the recipient's.</summary>
    public static ApiError NotAllowed { get; } = new(StatusCodes.Status403Forbidden, "not_allowed", "You may not call this user.");

    /// <summary>The call does not exist.</summary>
    public static ApiError NoSuchCall { get; } = new(StatusCodes.Status404NotFound, "not_found", "There is no such call.");

    /// <summary>The body is too large.</summary>
    public static ApiError TooLarge { get; } =
        new(StatusCodes.Status413PayloadTooLarge, "too_large", $"A body may have at most {GatewayLimits.MaxMessageBytes / 1024} KiB.");

    /// <summary>The caller makes too many requests.</summary>
    /// <param name="retryAfter">After how many seconds the caller may try again.</param>
    public static ApiError TooMany(int retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, "too_many", "Too many requests; slow down.") { RetryAfter = retryAfter };

    /// <summary>The user has too many connections.</summary>
    public static ApiError TooManyConnections { get; } =
        new(StatusCodes.Status429TooManyRequests, "too_many_connections", "You have too many connections.") { RetryAfter = 30 };

    /// <summary>The service has too much to do. Nothing was done.</summary>
    public static ApiError Overloaded { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "overloaded", "The service has too much to do at the moment; try again.")
        {
            RetryAfter = 5,
        };

    /// <summary>The caller has blocked as many users as one may.</summary>
    public static ApiError BlockListFull { get; } = new(
        StatusCodes.Status409Conflict,
        "block_list_full",
        $"You have blocked {IBlockList.MaxUsers} users already. Unblock some of them first.");

    /// <summary>The push service that is asked for is not configured.</summary>
    public static ApiError PushOff { get; } =
        new(StatusCodes.Status409Conflict, "push_off", "This service does not push to devices of this kind.");

    /// <summary>The caller has registered no such device.</summary>
    public static ApiError NoSuchDevice { get; } =
        new(StatusCodes.Status404NotFound, "not_found", "No device of this name is registered for push.");

    /// <summary>The call that a device was pushed for does not ring any more.</summary>
    /// <param name="outcome">What became of it.</param>
    public static ApiError RingOver(RingOutcome outcome) =>
        new(StatusCodes.Status410Gone, "call_ended", "The call does not ring any more.") { Outcome = outcome };

    /// <summary>The service has a fault.</summary>
    public static ApiError Internal { get; } =
        new(StatusCodes.Status500InternalServerError, "internal", "The service has a fault; it has been logged.");

    /// <summary>The directory of users does not answer, or answers with something else than users.</summary>
    public static ApiError DirectoryUnavailable { get; } =
        new(StatusCodes.Status502BadGateway, "directory_unavailable", "The directory of users does not answer as it should; try again.");

    /// <summary>The service cannot answer at the moment. Whether the request was carried out is unknown.</summary>
    public static ApiError Unavailable { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "unavailable", "The service cannot do this at the moment; try again.")
        {
            RetryAfter = 1,
        };

    /// <summary>The error for a result of a call session that is not a success.</summary>
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
            CallResultCode.InCall => Conflict("in_call", "You are in another call; end it first."),
            CallResultCode.Ended => WithDetail(
                new ApiError(StatusCodes.Status410Gone, "call_ended", "The call has ended.") { Session = session }),
            CallResultCode.ChannelInUse => WithDetail(
                new ApiError(StatusCodes.Status409Conflict, "channel_in_use", "The channel name is that of another open call.")),
            CallResultCode.KeyReused => WithDetail(
                new ApiError(StatusCodes.Status422UnprocessableEntity, "key_reused", "The key was used for a request with another body.")),
            CallResultCode.NotStorable => WithDetail(
                new ApiError(StatusCodes.Status400BadRequest, "not_storable", "The request cannot be stored.")),
            CallResultCode.LimitReached => new ApiError(
                StatusCodes.Status429TooManyRequests,
                Enum.IsDefined(result.Limit!.Value) ? WireNames.Of(result.Limit.Value) : "too_many",
                DescribeLimit(result.Limit.Value))
            {
                RetryAfter = result.RetryAfter,
            },
            // While silos of a newer release are in the cluster they may say what this one does not know.
            _ when !Enum.IsDefined(result.Code) => Unavailable,
            _ => throw new ArgumentOutOfRangeException(nameof(result), result.Code, "Not an error."),
        };

        ApiError Conflict(string code, string detail) =>
            WithDetail(new ApiError(StatusCodes.Status409Conflict, code, detail) { Session = session });

        ApiError WithDetail(ApiError error) => result.Detail is { Length: > 0 } detail ? error with { Detail = detail } : error;
    }

    private static string DescribeLimit(CallLimit limit) => limit switch
    {
        CallLimit.OpenCalls => "You have too many open calls. End some of them first.",
        CallLimit.RingingCalls => "Too many of your calls ring at the same time. Wait until some are answered, or cancel them.",
        CallLimit.CallsPerMinute => "You have made too many calls within a minute. Wait a moment.",
        CallLimit.CallsPerMinuteToUser => "You have called this user too often within a minute. Wait a moment.",
        CallLimit.CancelledCalls => "You have cancelled too many calls to this user. Wait a few minutes.",
        CallLimit.Attempts => "You have asked for this call too often while it rings.",
        _ => "You have reached a limit of calls.",
    };

    /// <summary>What an exception means to the client; <see cref="Internal"/> where the client can do nothing about it.</summary>
    public static ApiError Of(Exception exception) => exception switch
    {
        // The database, another silo or this one cannot answer at the moment. The outcome is unknown, and it is safe to try again.
        OrleansException or TimeoutException or OperationCanceledException => Unavailable,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new ApiError(StatusCodes.Status408RequestTimeout, "malformed", "The body of the request did not arrive in time."),
        BadHttpRequestException bad => new ApiError(bad.StatusCode, "malformed", "The HTTP request cannot be read."),
        _ => Internal,
    };
}
