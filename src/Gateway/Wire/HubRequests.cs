namespace Fayo.Calls.Gateway.Wire;

/// <summary>The argument of <c>join_call</c>.</summary>
internal sealed record JoinCallRequest(string SessionId) : IRequest<JoinCallRequest>
{
    private static readonly string[] Fields = ["sessionId"];

    public static Parsed<JoinCallRequest> Read(ref ObjectReader json)
    {
        string? sessionId = null;
        while (json.Next(Fields) >= 0)
        {
            sessionId = json.Text(GatewayLimits.MessageBytes);
        }

        json.Require(sessionId, "sessionId");
        return json.Refusal is { } refusal ? refusal : new JoinCallRequest(sessionId!);
    }
}

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
                    sessionId = json.Text(GatewayLimits.MessageBytes);
                    break;
                case 1:
                    role = json.Name<CredentialRole>();
                    break;
                default:
                    deviceId = json.Text(GatewayLimits.DeviceIdLength);
                    break;
            }
        }

        json.Require(sessionId, "sessionId");
        return json.Refusal is { } refusal ? refusal : new HubTokenRequest(sessionId!, role ?? CredentialRole.Host, deviceId);
    }
}

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
                    sessionId = json.Text(GatewayLimits.MessageBytes);
                    break;
                case 1:
                    status = json.Name<CallStatus>();
                    break;
                default:
                    reason = json.Text(GatewayLimits.RemarkLength, mayBeEmpty: true);
                    break;
            }
        }

        json.Require(sessionId, "sessionId");
        json.Require(status, "status");
        return json.Refusal is { } refusal ? refusal : new HubStatusRequest(sessionId!, status!.Value, reason);
    }
}

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
                sessionId = json.Text(GatewayLimits.MessageBytes);
            }
            else
            {
                deviceId = json.Text(GatewayLimits.DeviceIdLength);
            }
        }

        json.Require(sessionId, "sessionId");
        return json.Refusal is { } refusal ? refusal : new AcknowledgeRequest(sessionId!, deviceId);
    }
}

/// <summary>The argument of <c>sync</c>: an object without fields.</summary>
internal sealed record SyncRequest : IRequest<SyncRequest>
{
    public static Parsed<SyncRequest> Read(ref ObjectReader json)
    {
        json.Next([]);
        return json.Refusal is { } refusal ? refusal : new SyncRequest();
    }
}

/// <summary>The argument of <c>signal</c>.</summary>
internal sealed record SignalRequest(string SessionId, RawJson Payload) : IRequest<SignalRequest>
{
    private static readonly string[] Fields = ["sessionId", "payload"];

    public static Parsed<SignalRequest> Read(ref ObjectReader json)
    {
        string? sessionId = null;
        RawJson? payload = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            if (field == 0)
            {
                sessionId = json.Text(GatewayLimits.MessageBytes);
            }
            else
            {
                payload = json.RawValue();
            }
        }

        json.Require(sessionId, "sessionId");
        json.Require(payload, "payload");
        return json.Refusal is { } refusal ? refusal : new SignalRequest(sessionId!, payload!.Value);
    }
}
