using System.Globalization;
using System.Text.Json.Nodes;

namespace Fayo.Calls.Push.Services;

/// <summary>What a device gets.</summary>
internal static class PushPayload
{
    /// <summary>The payload of a message.</summary>
    public static JsonObject Of(PushMessage message)
    {
        var payload = new JsonObject { ["type"] = WireNames.Of(message.Type) };
        Add(payload, "callId", message.CallId);
        if (message.Type == PushMessageType.Ring)
        {
            payload["version"] = message.Version;
        }

        Add(payload, "callType", message.CallType is { } type ? WireNames.Of(type) : null);
        Add(payload, "outcome", message.Outcome is { } outcome ? WireNames.Of(outcome) : null);
        Add(payload, "initiatorName", message.InitiatorName);
        Add(
            payload,
            "deadline",
            message.Deadline?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Add(payload, "credential", message.Credential);
        return payload;
    }

    private static void Add(JsonObject payload, string name, string? value)
    {
        if (value is not null)
        {
            payload[name] = value;
        }
    }
}
