using System.ComponentModel;
using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>The query of the list of open calls, as the client sent it.</summary>
internal sealed record OpenCallsQuery(
    [property: Description("Only calls with this status: PENDING, RINGING or ACTIVE.")] string? Status,
    [property: Description("Only calls with this in their id or in that of a participant; upper and lower case are the same.")]
    string? Search,
    [property: Description("How many at most: 1 to 500, else 50.")] string? Limit,
    [property: Description("nextCursor of the page before.")] string? Cursor)
{
    private const int MaxItems = 500;
    private const int MaxSearchLength = 255;

    private static readonly string[] Names = ["status", "search", "limit", "cursor"];

    /// <summary>Checks the query.</summary>
    /// <param name="query">All parameters that the client sent.</param>
    public Parsed<OpenCallQuery> Parse(IQueryCollection query)
    {
        if (QueryRules.CheckNames(query, Names) is { } error)
        {
            return error;
        }

        CallStatus status = default;
        if (Status is not null && !(WireNames.TryParse(Status, out status) && status.IsOpen))
        {
            return ApiError.BadValue("status", "has to be one of PENDING, RINGING, ACTIVE; the list of calls has those that ended");
        }

        if (QueryRules.CheckSearch(Search, MaxSearchLength) is { } badSearch)
        {
            return badSearch;
        }

        if (QueryRules.ReadLimit(Limit, MaxItems, out var limit) is { } badLimit)
        {
            return badLimit;
        }

        if (QueryRules.ReadCursor(Cursor, out var after) is { } badCursor)
        {
            return badCursor;
        }

        return new OpenCallQuery
        {
            Status = Status is null ? null : status,
            Search = string.IsNullOrEmpty(Search) ? null : Search,
            Limit = limit,
            After = after,
        };
    }
}
