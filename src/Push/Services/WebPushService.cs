using System.Net;
using System.Security.Cryptography;
using Fayo.Calls.Push.Settings;
using Lib.Net.Http.WebPush.Authentication;
using Library = Lib.Net.Http.WebPush;

namespace Fayo.Calls.Push.Services;

/// <summary>Browsers' push services: Web Push (RFC 8030), encrypted for the browser alone (RFC 8291), signed (RFC 8292).</summary>
internal sealed class WebPushService : IPushService, IDisposable
{
    private const int MaxEndpointLength = 2048;
    private const int AuthLength = 16;

    private readonly PublicNetwork _network;
    private readonly VapidTokens _tokens;
    private readonly VapidAuthentication _authentication;
    private readonly HttpClient _http;
    private readonly Library.PushServiceClient _client;
    private readonly TimeProvider _clock;

    public WebPushService(PushSettings settings, TimeProvider clock)
    {
        var keys = settings.Vapid!;
        _clock = clock;
        _network = new PublicNetwork(settings.AllowedNetworks);
        _tokens = new VapidTokens(keys, settings.VapidSubject!, clock);
        _authentication = new VapidAuthentication(keys.PublicKey, keys.PrivateKey) { TokenCache = _tokens };
        var handler = PushHttp.CreateHandler(settings.AttemptTimeout);
        handler.ConnectCallback = _network.ConnectAsync;
        // A proxy would connect in the place of this service, to any address.
        handler.UseProxy = false;
        _http = PushHttp.CreateClient(new WebPushHandler(handler, _tokens, keys.PublicKey));
        _client = new Library.PushServiceClient(_http) { AutoRetryAfter = false };
    }

    public string PlaceOf(PushDevice device) => new Uri(device.Subscription!.Endpoint).Authority;

    public (string Field, string Rule)? FindProblem(PushDevice device)
    {
        if (device.Subscription is not { } subscription)
        {
            return ("subscription", "is required");
        }

        if (subscription.Endpoint.Length > MaxEndpointLength
            || !Uri.TryCreate(subscription.Endpoint, UriKind.Absolute, out var endpoint)
            || endpoint is { UserInfo.Length: > 0 } or { Fragment.Length: > 0 }
            || !IsSafe(endpoint))
        {
            return ("subscription.endpoint", "has to be the https URL of a push service");
        }

        if (!VapidKeys.IsPublicKey(subscription.P256dh))
        {
            return ("subscription.keys.p256dh", "has to be a public key of P-256 in base64url");
        }

        return VapidKeys.Decode(subscription.Auth) is { Length: AuthLength }
            ? null
            : ("subscription.keys.auth", "has to be 16 bytes in base64url");
    }

    public async Task<PushAttempt> SendAsync(
        PushDevice device, PushMessage message, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var to = device.Subscription!;
        var subscription = new Library.PushSubscription { Endpoint = to.Endpoint };
        subscription.SetKey(Library.PushEncryptionKeyName.P256DH, to.P256dh);
        subscription.SetKey(Library.PushEncryptionKeyName.Auth, to.Auth);
        var push = new Library.PushMessage(PushPayload.Of(message).ToJsonString())
        {
            Topic = message.Topic,
            TimeToLive = (int)timeToLive.TotalSeconds,
            Urgency = Library.PushMessageUrgency.High,
        };
        try
        {
            await _client.RequestPushMessageDeliveryAsync(subscription, push, _authentication, cancellationToken);
            return PushAttempt.Of(HttpStatusCode.Created, headers: null, _clock.GetUtcNow());
        }
        catch (Library.PushServiceClientException e)
        {
            return PushAttempt.Of(e.StatusCode, e.Headers, _clock.GetUtcNow());
        }
        catch (CryptographicException)
        {
            return new PushAttempt(PushOutcome.Failed, "cannot be encrypted");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _authentication.Dispose();
        _tokens.Dispose();
    }

    /// <summary>Https; or http on this machine, where that is allowed. A name is looked up when a push is sent.</summary>
    private bool IsSafe(Uri endpoint)
    {
        var isAddress = IPAddress.TryParse(endpoint.DnsSafeHost, out var address);
        if (isAddress && !_network.IsAllowed(address!))
        {
            return false;
        }

        return endpoint.Scheme == Uri.UriSchemeHttps
            || (endpoint.Scheme == Uri.UriSchemeHttp && isAddress && IPAddress.IsLoopback(address!));
    }
}
