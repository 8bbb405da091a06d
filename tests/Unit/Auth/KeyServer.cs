using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Tests.Unit.Auth;

/// <summary>An issuer of tokens with a real HTTP server for its keys, which rotate, are slow to come, or do not come at all.</summary>
internal sealed class KeyServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly List<SecurityKey> _keys = [];
    private int _requests;

    public KeyServer()
    {
        _listener = Listen();
        Address = new Uri(_listener.Prefixes.Single());
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public Uri KeysUrl => new(Address, "keys");

    /// <summary>The status that it answers with.</summary>
    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    /// <summary>How long it takes to answer.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Replaces the keys by a new one.</summary>
    /// <param name="isElliptic">Makes it one for ES256 in place of RS256.</param>
    /// <param name="id">Its id, empty for none; a new one where null.</param>
    public SecurityKey Rotate(bool isElliptic = false, string? id = null)
    {
        SecurityKey key = isElliptic
            ? new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256))
            : new RsaSecurityKey(RSA.Create(2048));
        key.KeyId = id is null ? Guid.NewGuid().ToString("n") : id.Length > 0 ? id : null;
        lock (_keys)
        {
            _keys.Clear();
            _keys.Add(key);
        }

        return key;
    }

    /// <summary>A token of a user, good for an hour from a time.</summary>
    public static string Sign(SecurityKey key, DateTimeOffset now, string? issuer = null, Action<SecurityTokenDescriptor>? change = null)
    {
        var algorithm = key switch
        {
            RsaSecurityKey => SecurityAlgorithms.RsaSha256,
            ECDsaSecurityKey => SecurityAlgorithms.EcdsaSha256,
            _ => SecurityAlgorithms.HmacSha256,
        };
        var token = new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["sub"] = "ann", ["role"] = "PATIENT" },
            Issuer = issuer,
            IssuedAt = now.UtcDateTime,
            Expires = now.AddHours(1).UtcDateTime,
            SigningCredentials = new SigningCredentials(key, algorithm),
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    public void Dispose() => _listener.Close();

    /// <summary>A port is free once a listener has it; another program may be faster, so several are tried.</summary>
    private static HttpListener Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{Random.Shared.Next(16_000, 32_000)}/");
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // The next port; a listener that did not start cannot be used again.
            }
        }
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _requests);
            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await Task.Delay(Delay);
            context.Response.StatusCode = (int)Status;
            var body = context.Request.Url!.AbsolutePath == "/keys"
                ? DescribeKeys()
                : JsonSerializer.Serialize(new { issuer = Address.AbsoluteUri, jwks_uri = KeysUrl.AbsoluteUri });
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has given up.
        }
    }

    private string DescribeKeys()
    {
        lock (_keys)
        {
            return JsonSerializer.Serialize(new { keys = _keys.ConvertAll(Describe) });
        }
    }

    private static Dictionary<string, string> Describe(SecurityKey key)
    {
        var described = JsonWebKeyConverter.ConvertFromSecurityKey(key);
        var values = new Dictionary<string, string?>
        {
            ["kty"] = described.Kty, ["kid"] = described.Kid, ["use"] = "sig", ["n"] = described.N, ["e"] = described.E,
            ["crv"] = described.Crv, ["x"] = described.X, ["y"] = described.Y,
        };
        return values.Where(value => value.Value is not null).ToDictionary(value => value.Key, value => value.Value!);
    }
}
