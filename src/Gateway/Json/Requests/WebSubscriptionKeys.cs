using System.ComponentModel;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>The keys of a browser's push subscription.</summary>
internal sealed record WebSubscriptionKeys(
    [property: Description("The browser's public key, base64url.")] string P256dh,
    [property: Description("16 bytes, base64url.")] string Auth) : IRequest<WebSubscriptionKeys>
{
    private const int MaxLength = 256;

    private static readonly string[] Fields = ["p256dh", "auth"];

    public static Parsed<WebSubscriptionKeys> Read(ref ObjectReader json)
    {
        string? p256dh = null;
        string? auth = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            if (field == 0)
            {
                p256dh = json.Text(MaxLength);
            }
            else
            {
                auth = json.Text(MaxLength);
            }
        }

        json.Require(p256dh, "p256dh");
        json.Require(auth, "auth");
        return json.Error is { } error ? error : new WebSubscriptionKeys(p256dh!, auth!);
    }

    /// <summary>Nothing of them.</summary>
    public override string ToString() => nameof(WebSubscriptionKeys);
}
