using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>Sets a call's status.</summary>
internal sealed record StatusRequest(
    [property: Description("ACTIVE confirms, COMPLETED hangs up, CANCELLED cancels or declines. The others are the server's to set.")]
    CallStatus Status,
    [property: Description("A remark for the timeline."), MaxLength(GatewayLimits.MaxRemarkLength)]
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
                reason = json.Text(GatewayLimits.MaxRemarkLength, mayBeEmpty: true);
            }
        }

        json.Require(status, "status");
        return json.Error is { } error ? error : new StatusRequest(status!.Value, reason);
    }

    /// <summary>Without the remark.</summary>
    public override string ToString() => $"{nameof(StatusRequest)} {Status}";
}
