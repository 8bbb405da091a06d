using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Cli.Demo;

/// <summary>Calls the REST interface on behalf of one user.</summary>
internal sealed class RestClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Makes a client for the user of the token.</summary>
    public RestClient(Uri service, string accessToken)
    {
        _http = new HttpClient { BaseAddress = new Uri(service, "/api/v1/") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
    }

    /// <summary>Gets a resource; see <see cref="SendAsync"/> for how it fails.</summary>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, body: null, cancellationToken);

    /// <summary>Posts a body; see <see cref="SendAsync"/> for how it fails.</summary>
    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, cancellationToken);

    /// <summary>Patches with a body; see <see cref="SendAsync"/> for how it fails.</summary>
    public Task<JsonElement> PatchAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, path, body, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <exception cref="CommandFailedException">The service cannot be reached, or refused.</exception>
    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            using var response = await _http.SendAsync(request, cancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            return response.IsSuccessStatusCode
                ? answer
                : throw new CommandFailedException(
                    $"the service answered {(int)response.StatusCode}: {answer.GetProperty("message").GetString()}");
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandFailedException($"the service at {_http.BaseAddress} cannot be reached: {unreachable.Message}");
        }
        catch (JsonException)
        {
            throw new CommandFailedException($"what answers at {_http.BaseAddress} is not this service.");
        }
    }
}
