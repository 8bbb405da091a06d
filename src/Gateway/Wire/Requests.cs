using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Fayo.Calls.Gateway.Wire;

/// <summary>Opens a call session.</summary>
internal sealed record CreateCallRequest(
    [property: Description("Who is called; without it, the first other user who asks for a token becomes the recipient."), MaxLength(255)]
    string? RecipientId = null,
    [property: Description("Picture and sound, or sound only.")]
    CallType CallType = CallType.Video,
    [property: Description("The media channel; generated where none is given."), MaxLength(63)]
    string? ChannelName = null,
    [property: Description("The client's own JSON object; it comes back with the session.")]
    RawJson? Metadata = null) : IRequest<CreateCallRequest>
{
    private static readonly string[] Fields = ["recipientId", "callType", "channelName", "metadata"];

    public static Parsed<CreateCallRequest> Read(ref ObjectReader json)
    {
        string? recipientId = null;
        CallType? callType = null;
        string? channelName = null;
        RawJson? metadata = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            switch (field)
            {
                case 0:
                    recipientId = json.UserId();
                    break;
                case 1:
                    callType = json.Name<CallType>();
                    break;
                case 2:
                    channelName = json.Text(GatewayLimits.MessageBytes);
                    break;
                default:
                    metadata = json.RawObject();
                    break;
            }
        }

        return json.Refusal is { } refusal
            ? refusal
            : new CreateCallRequest(recipientId, callType ?? CallType.Video, channelName, metadata);
    }
}

/// <summary>Asks for a token.</summary>
internal sealed record TokenRequest(
    [property: Description("The part to play; both may publish and subscribe.")]
    CredentialRole Role = CredentialRole.Host,
    [property: Description("The device that asks. The recipient's first device to ask has answered."), MaxLength(GatewayLimits.DeviceIdLength)]
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
                deviceId = json.Text(GatewayLimits.DeviceIdLength);
            }
        }

        return json.Refusal is { } refusal ? refusal : new TokenRequest(role ?? CredentialRole.Host, deviceId);
    }
}

/// <summary>Sets a call's status.</summary>
internal sealed record StatusRequest(
    [property: Description("ACTIVE confirms, COMPLETED hangs up, CANCELLED cancels or declines. The others are the server's to set.")]
    CallStatus Status,
    [property: Description("A remark for the timeline."), MaxLength(GatewayLimits.RemarkLength)]
    string? Reason = null) : IRequest<StatusRequest>
{
    private static readonly string[] Fields = ["status", "reason"];

    public static Parsed<StatusRequest> Read(ref ObjectReader json)
    {
        CallStatus? status = null;
        string? reason = null;
        for (var field = json.Next(Fields); field >= 0; field = json.Next(Fields))
        {
            if (field == 0)
            {
                status = json.Name<CallStatus>();
            }
            else
            {
                reason = json.Text(GatewayLimits.RemarkLength, mayBeEmpty: true);
            }
        }

        json.Require(status, "status");
        return json.Refusal is { } refusal ? refusal : new StatusRequest(status!.Value, reason);
    }
}

/// <summary>Ends a call on behalf of staff.</summary>
internal sealed record EndRequest(
    [property: Description("A remark for the timeline."), MaxLength(GatewayLimits.RemarkLength)]
    string? Reason = null) : IRequest<EndRequest>
{
    private static readonly string[] Fields = ["reason"];

    public static Parsed<EndRequest> Read(ref ObjectReader json)
    {
        string? reason = null;
        while (json.Next(Fields) >= 0)
        {
            reason = json.Text(GatewayLimits.RemarkLength, mayBeEmpty: true);
        }

        return json.Refusal is { } refusal ? refusal : new EndRequest(reason);
    }
}
