using System.ComponentModel;
using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Events;

/// <summary>The query of the list of events, as the client sent it.</summary>
internal sealed record EventListQuery(
    [property: Description("`parked`, which is also the default: only those are listed.")] string? State,
    [property: Description("The length of a page, from 1 to 200; 50 by default.")] string? Limit,
    [property: Description("`nextCursor` of the page before.")] string? Cursor)
{
    private const int MaxLimit = 200;
    private const string Parked = "parked";

    private static readonly string[] Names = ["state", "limit", "cursor"];

    /// <summary>Checks the query.</summary>
    /// <param name="query">All parameters that the client sent.</param>
    /// <param name="limit">The length of the page.</param>
    /// <param name="after">Where the page before ended; null for the first page.</param>
    /// <returns>Why the query cannot be accepted; null where it can.</returns>
    public ApiError? Parse(IQueryCollection query, out int limit, out ParkedEventCursor? after)
    {
        (limit, after) = (0, null);
        if (QueryRules.CheckNames(query, Names) is { } error)
        {
            return error;
        }

        if (State is not (null or Parked))
        {
            return ApiError.BadValue("state", $"has to be '{Parked}'");
        }

        return Cursor is not null && !EventCursor.TryParse(Cursor, out after)
            ? ApiError.BadValue("cursor", "is not one that this service gave out")
            : QueryRules.ReadLimit(Limit, MaxLimit, out limit);
    }
}
