using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>Ends a call on behalf of staff.</summary>
internal sealed record EndRequest(
    [property: Description("A remark for the timeline."), MaxLength(GatewayLimits.MaxRemarkLength)]
    string? Reason = null) : IRequest<EndRequest>
{
    private static readonly string[] Fields = ["reason"];

    public static Parsed<EndRequest> Read(ref ObjectReader json)
    {
        string? reason = null;
        while (json.Next(Fields) >= 0)
        {
            reason = json.Text(GatewayLimits.MaxRemarkLength, mayBeEmpty: true);
        }

        return json.Error is { } error ? error : new EndRequest(reason);
    }

    /// <summary>Without the remark.</summary>
    public override string ToString() => nameof(EndRequest);
}
