using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Fayo.Calls.Gateway.Http;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Users.Directory;

/// <summary>Lists the users: those of an HTTP service where one is set, else those seen so far.</summary>
internal sealed class UserDirectory : IDisposable
{
    /// <summary>How many users are on a page.</summary>
    public const int PageSize = 50;

    /// <summary>
    /// The last page of the users seen so far. The database passes over all users of the pages before, and nobody reads that far.
    /// </summary>
    private const int MaxPage = 200;

    private const int MaxAnswerBytes = 1024 * 1024;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly Uri? _service;
    private readonly IUserReader _users;
    private readonly ILogger<UserDirectory> _logger;

    private readonly HttpClient _http = OutgoingHttp.CreateClient(RequestTimeout, MaxAnswerBytes);

    public UserDirectory(GatewaySettings settings, IUserReader users, ILogger<UserDirectory> logger)
    {
        _service = settings.DirectoryUrl;
        _users = users;
        _logger = logger;
    }

    /// <summary>Lists a page of users.</summary>
    /// <param name="search">The beginnings of words of a name or id; null for all.</param>
    /// <param name="page">From 1.</param>
    /// <param name="token">The caller's JWT, by which the directory decides.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The page, or why there is none.</returns>
    public async Task<Parsed<DirectoryPage>> ListAsync(string? search, int page, string? token, CancellationToken cancellationToken)
    {
        if (_service is not null)
        {
            return await AskAsync(_service, search, page, token, cancellationToken);
        }

        if (page > MaxPage)
        {
            return ApiError.BadValue("page", string.Create(
                CultureInfo.InvariantCulture, $"has to be at most {MaxPage} here: search for a name or an id instead"));
        }

        // One more than a page holds, to find out whether there is another page.
        var listed = await _users.ListAsync(search, (page - 1) * PageSize, PageSize + 1, cancellationToken);
        return new DirectoryPage([.. listed.Take(PageSize)], listed.Count > PageSize && page < MaxPage);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Parsed<DirectoryPage>> AskAsync(
        Uri service, string? search, int page, string? token, CancellationToken cancellationToken)
    {
        var start = service.Query.Length > 1 ? $"{service.Query}&" : "?";
        var query = string.Create(CultureInfo.InvariantCulture, $"{start}search={Uri.EscapeDataString(search ?? "")}&page={page}");
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(service) { Query = query }.Uri);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                return Fail(string.Create(CultureInfo.InvariantCulture, $"status {(int)answer.StatusCode}"));
            }

            var listed = await JsonSerializer.DeserializeAsync(
                await answer.Content.ReadAsStreamAsync(cancellationToken), DirectoryJson.Default.DirectoryUserArray, cancellationToken);
            // Users who cannot be called are left out.
            var users = listed?.Where(user => UserIds.IsValid(user?.Id)).Select(user => user!.ToProfile()).ToList();
            // The directory decides how long its pages are, so the last page is the one that is empty.
            return users is null ? Fail("no list") : new DirectoryPage(users, listed!.Length > 0);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or NotSupportedException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Fail(e is OperationCanceledException ? "no answer within 5 seconds" : e.GetType().Name);
        }
    }

    private ApiError Fail(string reason)
    {
        _logger.DirectoryFails(reason);
        return ApiError.DirectoryUnavailable;
    }
}
