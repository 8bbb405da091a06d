using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>Registers a device for push.</summary>
internal sealed record RegisterDeviceRequest(
    [property: Description("By which push service the device is reached.")] PushPlatform Platform,
    [property: Description("For web: the browser's subscription.")] WebSubscription? Subscription = null,
    [property: Description("For fcm and apns-voip: the app's token.")]
    [property: MaxLength(PushDevice.MaxTokenLength)]
    string? Token = null) : IRequest<RegisterDeviceRequest>
{
    private static readonly string[] Fields = ["platform", "subscription", "token"];

    public static Parsed<RegisterDeviceRequest> Read(ref ObjectReader json)
    {
        PushPlatform? platform = null;
        WebSubscription? subscription = null;
        ApiError? badSubscription = null;
        string? token = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            switch (field)
            {
                case 0:
                    platform = json.Name<PushPlatform>();
                    break;
                case 1:
                    (subscription, badSubscription) = RequestParser.ParseNested<WebSubscription>(json.RawObject());
                    break;
                default:
                    token = json.Text(PushDevice.MaxTokenLength);
                    break;
            }
        }

        json.Require(platform, "platform");
        return (json.Error ?? badSubscription) is { } error ? error : new RegisterDeviceRequest(platform!.Value, subscription, token);
    }

    /// <summary>The device as it is to be kept.</summary>
    /// <param name="deviceId">Its name.</param>
    public PushDevice ToDevice(string deviceId) => new(deviceId, Platform, default)
    {
        Subscription = Platform == PushPlatform.Web && Subscription is { } web
            ? new PushSubscription(
                web.Endpoint,
                web.Keys.P256dh,
                web.Keys.Auth,
                web.ExpirationTime is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null)
            : null,
        Token = Platform == PushPlatform.Web ? null : Token,
    };

    /// <summary>The platform alone.</summary>
    public override string ToString() => $"{nameof(RegisterDeviceRequest)} {Platform}";
}
