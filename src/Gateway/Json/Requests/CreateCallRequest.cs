using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Requests;

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
                    channelName = json.Text(GatewayLimits.MaxMessageBytes);
                    break;
                default:
                    metadata = json.RawObject();
                    break;
            }
        }

        return json.Error is { } error
            ? error
            : new CreateCallRequest(recipientId, callType ?? CallType.Video, channelName, metadata);
    }
}
