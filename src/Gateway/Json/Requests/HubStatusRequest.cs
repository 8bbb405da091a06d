using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>The argument of <c>call_status</c>.</summary>
internal sealed record HubStatusRequest(string SessionId, CallStatus Status, string? Reason) : IRequest<HubStatusRequest>
{
    private static readonly string[] Fields = ["sessionId", "status", "reason"];

    public static Parsed<HubStatusRequest> Read(ref ObjectReader json)
    {
        string? sessionId = null;
        CallStatus? status = null;
        string? reason = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            switch (field)
            {
                case 0:
                    sessionId = json.Text(GatewayLimits.MaxMessageBytes);
                    break;
                case 1:
                    status = json.Name<CallStatus>();
                    break;
                default:
                    reason = json.Text(GatewayLimits.MaxRemarkLength, mayBeEmpty: true);
                    break;
            }
        }

        json.Require(sessionId, "sessionId");
        json.Require(status, "status");
        return json.Error is { } error ? error : new HubStatusRequest(sessionId!, status!.Value, reason);
    }

    /// <summary>Without the remark.</summary>
    public override string ToString() => $"{nameof(HubStatusRequest)} {Status} for {SessionId}";
}
