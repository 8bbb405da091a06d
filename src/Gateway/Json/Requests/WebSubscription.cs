using System.ComponentModel;
using System.Globalization;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>A browser's push subscription, as its own <c>toJSON()</c> writes it.</summary>
internal sealed record WebSubscription(
    [property: Description("Where pushes go.")] string Endpoint,
    WebSubscriptionKeys Keys,
    [property: Description("When it ends, in milliseconds since 1970.")] long? ExpirationTime = null) : IRequest<WebSubscription>
{
    private const int MaxLength = 4096;

    private static readonly string[] Fields = ["endpoint", "expirationTime", "keys"];

    public static Parsed<WebSubscription> Read(ref ObjectReader json)
    {
        string? endpoint = null;
        RawJson? expirationTime = null;
        WebSubscriptionKeys? keys = null;
        ApiError? badKeys = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            switch (field)
            {
                case 0:
                    endpoint = json.Text(MaxLength);
                    break;
                case 1:
                    expirationTime = json.RawValue();
                    break;
                default:
                    (keys, badKeys) = RequestParser.ParseNested<WebSubscriptionKeys>(json.RawObject());
                    break;
            }
        }

        json.Require(endpoint, "endpoint");
        if ((json.Error ?? badKeys) is { } error)
        {
            return error;
        }

        if (keys is null)
        {
            return ApiError.BadValue("keys", "is required");
        }

        return TryReadTime(expirationTime, out var expiresAt)
            ? new WebSubscription(endpoint!, keys, expiresAt)
            : ApiError.BadValue("expirationTime", "has to be a time in milliseconds since 1970, or null");
    }

    /// <summary>Nothing of it.</summary>
    public override string ToString() => nameof(WebSubscription);

    /// <summary>Browsers give a number with or without a fraction, or null.</summary>
    private static bool TryReadTime(RawJson? value, out long? milliseconds)
    {
        milliseconds = null;
        if (value is not { Text: not "null" and var text })
        {
            return true;
        }

        var isTime = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= 0 && number <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        milliseconds = isTime ? (long)number : null;
        return isTime;
    }
}
