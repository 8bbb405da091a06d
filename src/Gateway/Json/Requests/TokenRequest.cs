using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>Asks for a token.</summary>
internal sealed record TokenRequest(
    [property: Description("The part to play; both may publish and subscribe.")]
    CredentialRole Role = CredentialRole.Host,
    [property: Description("The device that asks. The recipient's first device to ask has answered.")]
    [property: MaxLength(GatewayLimits.MaxDeviceIdLength)]
    string? DeviceId = null) : IRequest<TokenRequest>
{
    private static readonly string[] Fields = ["role", "deviceId"];

    public static Parsed<TokenRequest> Read(ref ObjectReader json)
    {
        CredentialRole? role = null;
        string? deviceId = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            if (field == 0)
            {
                role = json.Name<CredentialRole>();
            }
            else
            {
                deviceId = json.DeviceId();
            }
        }

        return json.Error is { } error ? error : new TokenRequest(role ?? CredentialRole.Host, deviceId);
    }
}
