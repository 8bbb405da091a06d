using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Requests;

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
                sessionId = json.Text(GatewayLimits.MaxMessageBytes);
            }
            else
            {
                payload = json.RawValue();
            }
        }

        json.Require(sessionId, "sessionId");
        json.Require(payload, "payload");
        return json.Error is { } error ? error : new SignalRequest(sessionId!, payload!.Value);
    }
}
