using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>The argument of <c>invitation_ack</c>.</summary>
internal sealed record AcknowledgeRequest(string SessionId, string? DeviceId) : IRequest<AcknowledgeRequest>
{
    private static readonly string[] Fields = ["sessionId", "deviceId"];

    public static Parsed<AcknowledgeRequest> Read(ref ObjectReader json)
    {
        string? sessionId = null;
        string? deviceId = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            if (field == 0)
            {
                sessionId = json.Text(GatewayLimits.MaxMessageBytes);
            }
            else
            {
                deviceId = json.DeviceId();
            }
        }

        json.Require(sessionId, "sessionId");
        return json.Error is { } error ? error : new AcknowledgeRequest(sessionId!, deviceId);
    }
}
