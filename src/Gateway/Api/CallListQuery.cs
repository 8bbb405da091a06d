using System.ComponentModel;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The query of the list of calls, as the client sent it.</summary>
internal sealed record CallListQuery(
    [property: Description("Only calls with this status.")] string? Status,
    [property: Description("Only calls with this participant. For staff; others may only name themselves.")] string? UserId,
    [property: Description("Only calls created at this time or later (ISO 8601).")] string? From,
    [property: Description("Only calls created before this time (ISO 8601).")] string? To,
    [property: Description("How many at most: 1 to 200, else 50.")] string? Limit,
    [property: Description("nextCursor of the page before.")] string? Cursor)
{
    private const int MaxItems = 200;

    private static readonly string[] Names = ["status", "userId", "from", "to", "limit", "cursor"];

    /// <summary>Checks the query, also for whether the caller may ask it.</summary>
    /// <param name="query">All parameters that the client sent.</param>
    /// <param name="caller">Who asks.</param>
    public Parsed<CallQuery> Parse(IQueryCollection query, Caller caller)
    {
        if (QueryRules.CheckNames(query, Names) is { } error)
        {
            return error;
        }

        CallStatus status = default;
        if (Status is not null && !WireNames.TryParse(Status, out status))
        {
            return ApiError.BadValue("status", $"has to be one of {string.Join(", ", WireNames.All<CallStatus>())}");
        }

        if (UserId is not null && !UserIds.IsValid(UserId))
        {
            return ApiError.BadValue("userId", "is not a user id");
        }

        if (!caller.IsStaff && UserId is not null && UserId != caller.UserId)
        {
            return ApiError.Forbidden("Only staff may list the calls of others.");
        }

        if (QueryRules.ReadTime("from", From, out var from) is { } badFrom)
        {
            return badFrom;
        }

        if (QueryRules.ReadTime("to", To, out var to) is { } badTo)
        {
            return badTo;
        }

        if (QueryRules.ReadLimit(Limit, MaxItems, out var limit) is { } badLimit)
        {
            return badLimit;
        }

        if (QueryRules.ReadCursor(Cursor, out var after) is { } badCursor)
        {
            return badCursor;
        }

        return new CallQuery
        {
            UserId = caller.IsStaff ? UserId : caller.UserId,
            IsOwn = !caller.IsStaff || UserId == caller.UserId,
            Status = Status is null ? null : status,
            From = from,
            To = to,
            Limit = limit,
            After = after,
        };
    }
}
