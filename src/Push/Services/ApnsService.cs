using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fayo.Calls.Push.Settings;

namespace Fayo.Calls.Push.Services;

/// <summary>
/// Apple's push service for VoIP (https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns).
/// </summary>
internal sealed class ApnsService : IPushService, IDisposable
{
    /// <summary>Apple refuses tokens older than an hour, and new ones more often than every 20 minutes.</summary>
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(40);

    /// <summary>Reasons that say that the device's token is of no use, with status 400.</summary>
    private static readonly string[] GoneReasons = ["BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered"];

    private readonly ApnsSettings _settings;
    private readonly SignedTokens _tokens;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public ApnsService(ApnsSettings settings, TimeSpan attemptTimeout, TimeProvider clock)
    {
        _settings = settings;
        _clock = clock;
        _http = PushHttp.CreateClient(PushHttp.CreateHandler(attemptTimeout));
        _tokens = new SignedTokens(
            settings.Key, new JsonObject { ["alg"] = "ES256", ["kid"] = settings.KeyId }, TokenLifetime, clock);
    }

    public string PlaceOf(PushDevice device) => _settings.Url.Authority;

    public (string Field, string Rule)? FindProblem(PushDevice device) =>
        TokenRules.FindProblem(device) ?? (device.Token!.All(char.IsAsciiHexDigit)
            ? null
            : ("token", "has to be hexadecimal digits"));

    public async Task<PushAttempt> SendAsync(
        PushDevice device, PushMessage message, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var payload = PushPayload.Of(message);
        payload["aps"] = new JsonObject();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_settings.Url, $"3/device/{device.Token}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = JsonContent.Create(payload),
        };
        var token = _tokens.Get("", now => new JsonObject { ["iss"] = _settings.TeamId, ["iat"] = now.ToUnixTimeSeconds() });
        request.Headers.Authorization = new AuthenticationHeaderValue("bearer", token);
        var expiry = (_clock.GetUtcNow() + timeToLive).ToUnixTimeSeconds();
        request.Headers.Add("apns-push-type", "voip");
        request.Headers.Add("apns-topic", _settings.Topic);
        request.Headers.Add("apns-priority", "10");
        request.Headers.Add("apns-expiration", expiry.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("apns-collapse-id", message.Topic);
        using var response = await _http.SendAsync(request, cancellationToken);
        var reason = response.IsSuccessStatusCode ? null : ReadReason(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var isGone = response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Gone && GoneReasons.Contains(reason);
        return PushAttempt.Of(response.StatusCode, response.Headers, _clock.GetUtcNow(), reason, isGone);
    }

    public void Dispose()
    {
        _http.Dispose();
        _tokens.Dispose();
    }

    private static string? ReadReason(byte[] answer)
    {
        try
        {
            return JsonNode.Parse(answer)?["reason"]?.ToString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
