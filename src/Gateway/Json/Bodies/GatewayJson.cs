using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fayo.Calls.Gateway.Json.Requests;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>How what the gateway sends becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SessionBody))]
[JsonSerializable(typeof(SessionBody[]))]
[JsonSerializable(typeof(InvitationBody))]
[JsonSerializable(typeof(CallBody))]
[JsonSerializable(typeof(CredentialAnswerBody))]
[JsonSerializable(typeof(CallPageBody))]
[JsonSerializable(typeof(TimelineEntryBody[]))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(HealthBody))]
[JsonSerializable(typeof(ConnectedBody))]
[JsonSerializable(typeof(CallWatchedBody))]
[JsonSerializable(typeof(SyncBody))]
[JsonSerializable(typeof(SignalBody))]
[JsonSerializable(typeof(SignalDeliveredBody))]
[JsonSerializable(typeof(MonitoredCallPageBody))]
[JsonSerializable(typeof(MonitoredCallsBody))]
[JsonSerializable(typeof(MonitorSummaryBody))]
[JsonSerializable(typeof(UserPageBody))]
[JsonSerializable(typeof(MeBody))]
[JsonSerializable(typeof(DemoUserBody[]))]
[JsonSerializable(typeof(DemoTokenBody))]
[JsonSerializable(typeof(CreateCallRequest))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(StatusRequest))]
[JsonSerializable(typeof(EndRequest))]
internal sealed partial class GatewayJson : JsonSerializerContext
{
    /// <summary>The one that is used, with this wire's form of times.</summary>
    public static GatewayJson Instance { get; } = new(CreateOptions());

    /// <summary>Options for the hub's protocol: as <see cref="Instance"/>, and able to read the hub's requests.</summary>
    public static JsonSerializerOptions CreateHubOptions()
    {
        var options = CreateOptions();
        options.Converters.Add(new ParsedConverter<WatchCallRequest>());
        options.Converters.Add(new ParsedConverter<HubTokenRequest>());
        options.Converters.Add(new ParsedConverter<HubStatusRequest>());
        options.Converters.Add(new ParsedConverter<AcknowledgeRequest>());
        options.Converters.Add(new ParsedConverter<SyncRequest>());
        options.Converters.Add(new ParsedConverter<SignalRequest>());
        options.MaxDepth = GatewayLimits.MaxJsonDepth;
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(Instance, new DefaultJsonTypeInfoResolver());
        return options;
    }

    private static JsonSerializerOptions CreateOptions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // The default encoder protects HTML, which none of this is; escaping every + of a token only costs time and bytes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new TimeConverter() },
    };
}
