using System.ComponentModel;
using System.Globalization;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Users;

/// <summary>The query of the list of users, as it came.</summary>
internal sealed record UserListQuery(
    [property: Description("Part of a name or id.")] string? Search,
    [property: Description("From 1.")] string? Page)
{
    private const int MaxPage = 10_000;
    private const int MaxSearchLength = 100;

    private static readonly string[] Names = ["search", "page"];

    /// <summary>Reads it.</summary>
    /// <param name="query">All that came.</param>
    /// <param name="search">Part of a name or id; null for all.</param>
    /// <param name="page">From 1.</param>
    /// <returns>Why it cannot be accepted; null where it can.</returns>
    public ApiError? Parse(IQueryCollection query, out string? search, out int page)
    {
        search = Search?.Trim() is { Length: > 0 } text ? text : null;
        page = 1;
        foreach (var (name, values) in query)
        {
            if (!Names.Contains(name, StringComparer.Ordinal))
            {
                return ApiError.UnknownField(name);
            }

            if (values.Count > 1)
            {
                return ApiError.BadValue(name, "comes more than once");
            }
        }

        if (search is not null && (search.Length > MaxSearchLength || search.Contains('\0')))
        {
            return ApiError.BadValue("search", $"has to have at most {MaxSearchLength} characters");
        }

        return Page is { Length: > 0 } && (!int.TryParse(Page, NumberStyles.None, CultureInfo.InvariantCulture, out page) || page is < 1 or > MaxPage)
            ? ApiError.BadValue("page", $"has to be a whole number from 1 to {MaxPage}")
            : null;
    }
}
