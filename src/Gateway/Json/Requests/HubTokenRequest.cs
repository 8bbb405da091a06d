using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>The argument of <c>request_token</c>.</summary>
internal sealed record HubTokenRequest(string SessionId, CredentialRole Role, string? DeviceId) : IRequest<HubTokenRequest>
{
    private static readonly string[] Fields = ["sessionId", "role", "deviceId"];

    public static Parsed<HubTokenRequest> Read(ref ObjectReader json)
    {
        string? sessionId = null;
        CredentialRole? role = null;
        string? deviceId = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            switch (field)
            {
                case 0:
                    sessionId = json.Text(GatewayLimits.MaxMessageBytes);
                    break;
                case 1:
                    role = json.Name<CredentialRole>();
                    break;
                default:
                    deviceId = json.DeviceId();
                    break;
            }
        }

        json.Require(sessionId, "sessionId");
        return json.Error is { } error ? error : new HubTokenRequest(sessionId!, role ?? CredentialRole.Host, deviceId);
    }
}
