using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>The argument of <c>join_call</c>.</summary>
internal sealed record WatchCallRequest(string SessionId) : IRequest<WatchCallRequest>
{
    private static readonly string[] Fields = ["sessionId"];

    public static Parsed<WatchCallRequest> Read(ref ObjectReader json)
    {
        string? sessionId = null;
        while (json.Next(Fields) >= 0)
        {
            sessionId = json.Text(GatewayLimits.MaxMessageBytes);
        }

        json.Require(sessionId, "sessionId");
        return json.Error is { } error ? error : new WatchCallRequest(sessionId!);
    }
}
