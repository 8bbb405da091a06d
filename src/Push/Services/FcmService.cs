using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fayo.Calls.Push.Settings;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;

namespace Fayo.Calls.Push.Services;

/// <summary>Firebase Cloud Messaging, HTTP v1 (https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages).</summary>
internal sealed class FcmService : IPushService, IDisposable
{
    private const string Scope = "https://www.googleapis.com/auth/firebase.messaging";
    private const string Unregistered = "UNREGISTERED";

    private readonly ServiceAccountCredential _credential;
    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly TimeProvider _clock;

    public FcmService(FcmSettings settings, TimeSpan attemptTimeout, TimeProvider clock)
    {
        var account = settings.Account;
        _clock = clock;
        _url = new Uri(settings.Url, $"v1/projects/{Uri.EscapeDataString(account.ProjectId)}/messages:send");
        _http = PushHttp.CreateClient(PushHttp.CreateHandler(attemptTimeout));
        _credential = new ServiceAccountCredential(
            new ServiceAccountCredential.Initializer(account.Email, account.TokenUrl.AbsoluteUri)
            {
                Scopes = [Scope],
                HttpClientFactory = new DirectClients(attemptTimeout),
                // It is tried again together with the push.
                DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
            }.FromPrivateKey(account.PrivateKey));
    }

    public string PlaceOf(PushDevice device) => _url.Authority;

    public (string Field, string Rule)? FindProblem(PushDevice device) => TokenRules.FindProblem(device);

    public async Task<PushAttempt> SendAsync(
        PushDevice device, PushMessage message, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        string token;
        try
        {
            token = await _credential.GetAccessTokenForRequestAsync(_url.AbsoluteUri, cancellationToken);
        }
        catch (TokenResponseException e)
        {
            var status = (int?)e.StatusCode is { } code ? $" {code}" : "";
            return new PushAttempt(PushOutcome.Failed, $"no access token{status}")
            {
                MayPass = e.StatusCode is not HttpStatusCode.BadRequest,
            };
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = JsonContent.Create(Body(device, message, timeToLive)),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request, cancellationToken);
        var reason = response.IsSuccessStatusCode ? null : ReadReason(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var attempt = PushAttempt.Of(response.StatusCode, response.Headers, _clock.GetUtcNow(), reason, reason == Unregistered);
        if (response.StatusCode == HttpStatusCode.NotFound && reason is not (null or Unregistered))
        {
            // It is the project that is not found.
            return attempt with { Outcome = PushOutcome.Failed };
        }

        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return attempt;
        }

        // The token was revoked: the next attempt needs another.
        await _credential.RequestAccessTokenAsync(cancellationToken);
        return attempt with { MayPass = true };
    }

    public void Dispose() => _http.Dispose();

    private static JsonObject Body(PushDevice device, PushMessage message, TimeSpan timeToLive)
    {
        var data = new JsonObject();
        foreach (var (name, value) in PushPayload.Of(message))
        {
            // Values are texts.
            data[name] = value!.ToString();
        }

        return new JsonObject
        {
            ["message"] = new JsonObject
            {
                ["token"] = device.Token,
                ["data"] = data,
                ["android"] = new JsonObject
                {
                    ["priority"] = "HIGH",
                    ["ttl"] = FormattableString.Invariant($"{(long)timeToLive.TotalSeconds}s"),
                    ["collapse_key"] = message.Topic,
                },
            },
        };
    }

    /// <summary>The error code of FCM, else the status of Google's APIs; null where the answer has neither.</summary>
    private static string? ReadReason(byte[] answer)
    {
        try
        {
            var error = JsonNode.Parse(answer)?["error"];
            var codes = (error?["details"] as JsonArray)?.Select(detail => detail?["errorCode"]?.ToString());
            return codes?.FirstOrDefault(text => text is not null) ?? error?["status"]?.ToString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Clients that follow no redirects.</summary>
    private sealed class DirectClients(TimeSpan connectTimeout) : HttpClientFactory
    {
        protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => PushHttp.CreateHandler(connectTimeout);
    }
}
