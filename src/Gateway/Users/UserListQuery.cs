using System.ComponentModel;
using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Users;

/// <summary>The query of the list of users, as the client sent it.</summary>
internal sealed record UserListQuery(
    [property: Description("The beginnings of words of a name or id, in any order; case and accents do not matter.")] string? Search,
    [property: Description("From 1, at most 200; a directory of its own may have more.")] string? Page)
{
    private const int MaxPage = 10_000;
    private const int MaxSearchLength = 100;

    private static readonly string[] Names = ["search", "page"];

    /// <summary>Checks the query.</summary>
    /// <param name="query">All parameters that the client sent.</param>
    /// <param name="search">What to search for; null for all users.</param>
    /// <param name="page">The page, from 1.</param>
    /// <returns>Why the query cannot be accepted; null where it can.</returns>
    public ApiError? Parse(IQueryCollection query, out string? search, out int page)
    {
        search = Search?.Trim() is { Length: > 0 } text ? text : null;
        page = 1;
        return QueryRules.CheckNames(query, Names)
            ?? QueryRules.CheckSearch(search, MaxSearchLength)
            ?? QueryRules.ReadPage(Page, MaxPage, out page);
    }
}
