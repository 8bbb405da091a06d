using System.Globalization;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The rules that hold for the queries of all lists. Each returns the error of a query that breaks it, else null.</summary>
internal static class QueryRules
{
    private const int DefaultLimit = 50;

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    ];

    /// <summary>A query has only these parameters, each at most once.</summary>
    public static ApiError? CheckNames(IQueryCollection query, string[] names)
    {
        foreach (var (name, values) in query)
        {
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                return ApiError.UnknownField(name);
            }

            if (values.Count > 1)
            {
                return ApiError.BadValue(name, "comes more than once");
            }
        }

        return null;
    }

    /// <summary>The length of a page is a whole number from 1 to <paramref name="max"/>.</summary>
    /// <param name="text">The parameter <c>limit</c>; null where it is not set.</param>
    /// <param name="max">The longest page.</param>
    /// <param name="limit">The length of the page.</param>
    public static ApiError? ReadLimit(string? text, int max, out int limit)
    {
        limit = DefaultLimit;
        return text is null || (TryParseNumber(text, out limit) && limit >= 1 && limit <= max)
            ? null
            : ApiError.BadValue("limit", $"has to be a whole number from 1 to {max}");
    }

    /// <summary>A cursor is one that <see cref="PageCursor"/> made.</summary>
    /// <param name="text">The parameter <c>cursor</c>; null where it is not set.</param>
    /// <param name="cursor">Where the page before ended; null for the first page.</param>
    public static ApiError? ReadCursor(string? text, out CallCursor? cursor)
    {
        cursor = null;
        return text is null || PageCursor.TryParse(text, out cursor)
            ? null
            : ApiError.BadValue("cursor", "is not one that this service gave out");
    }

    /// <summary>A text to search for has at most <paramref name="maxLength"/> characters, and none that PostgreSQL cannot hold.</summary>
    /// <param name="text">The parameter <c>search</c>; null where it is not set.</param>
    /// <param name="maxLength">The longest text, in characters.</param>
    public static ApiError? CheckSearch(string? text, int maxLength) =>
        text is null || (text.Length <= maxLength && !text.Contains('\0'))
            ? null
            : ApiError.BadValue("search", $"has to have at most {maxLength} characters, and no NUL");

    /// <summary>The number of a page is a whole number from 1 to <paramref name="max"/>.</summary>
    /// <param name="text">The parameter <c>page</c>; null or empty for the first page.</param>
    /// <param name="max">The last page that can be asked for.</param>
    /// <param name="page">The page, from 1.</param>
    public static ApiError? ReadPage(string? text, int max, out int page)
    {
        page = 1;
        return string.IsNullOrEmpty(text) || (TryParseNumber(text, out page) && page >= 1 && page <= max)
            ? null
            : ApiError.BadValue("page", $"has to be a whole number from 1 to {max}");
    }

    private static bool TryParseNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>A time is as in ISO 8601: a date alone, or with a time of day; UTC where it has no offset.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="text">Its value; null where it is not set.</param>
    /// <param name="time">The time.</param>
    public static ApiError? ReadTime(string name, string? text, out DateTimeOffset? time)
    {
        time = null;
        if (text is null)
        {
            return null;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, Utc, out var parsed))
        {
            return ApiError.BadValue(name, "has to be a time such as 2025-01-31T08:00:00Z");
        }

        time = parsed;
        return null;
    }
}
