using System.ComponentModel;
using System.Globalization;
using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>The query of the list of open calls, as it came.</summary>
internal sealed record OpenCallsQuery(
    [property: Description("Only calls with this status: PENDING, RINGING or ACTIVE.")] string? Status,
    [property: Description("Only calls with this in their id or in that of a participant; upper and lower case are the same.")] string? Search,
    [property: Description("How many at most: 1 to 500, else 50.")] string? Limit,
    [property: Description("nextCursor of the page before.")] string? Cursor)
{
    private const int MaxItems = 500;
    private const int MaxSearchLength = 255;

    private static readonly string[] Names = ["status", "search", "limit", "cursor"];

    /// <summary>Makes a query of it.</summary>
    public Parsed<OpenCallQuery> Parse(IQueryCollection query)
    {
        if (CallListQuery.CheckNames(query, Names) is { } error)
        {
            return error;
        }

        CallStatus status = default;
        if (Status is not null && !(WireNames.TryParse(Status, out status) && status.IsOpen))
        {
            return ApiError.BadValue("status", "has to be one of PENDING, RINGING, ACTIVE; the list of calls has those that ended");
        }

        if (Search is { Length: > MaxSearchLength } || Search?.Contains('\0') == true)
        {
            return ApiError.BadValue("search", "has at most 255 characters, and no NUL");
        }

        var limit = 50;
        if (Limit is not null && (!int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxItems))
        {
            return ApiError.BadValue("limit", "has to be a whole number from 1 to 500");
        }

        CallCursor? after = null;
        if (Cursor is not null && !CallListQuery.TryParseCursor(Cursor, out after))
        {
            return ApiError.BadValue("cursor", "is not one that this service gave out");
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
