using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fayo.Calls.Gateway.Json.Requests;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>How the bodies of answers and messages become JSON. Requests are listed only for the OpenAPI document.</summary>
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
[JsonSerializable(typeof(PresenceBody))]
[JsonSerializable(typeof(PresenceWatchedBody))]
[JsonSerializable(typeof(TokenExpiredBody))]
[JsonSerializable(typeof(TokenRenewedBody))]
[JsonSerializable(typeof(SignalBody))]
[JsonSerializable(typeof(SignalDeliveredBody))]
[JsonSerializable(typeof(MonitoredCallPageBody))]
[JsonSerializable(typeof(MonitoredCallsBody))]
[JsonSerializable(typeof(MonitorSummaryBody))]
[JsonSerializable(typeof(UserPageBody))]
[JsonSerializable(typeof(MeBody))]
[JsonSerializable(typeof(DeviceListBody))]
[JsonSerializable(typeof(TicketBody))]
[JsonSerializable(typeof(SignInBody))]
[JsonSerializable(typeof(ErasedBody))]
[JsonSerializable(typeof(BlockedUserBody))]
[JsonSerializable(typeof(BlockListBody))]
[JsonSerializable(typeof(DoNotDisturbBody))]
[JsonSerializable(typeof(EventPageBody))]
[JsonSerializable(typeof(RetriedEventBody))]
[JsonSerializable(typeof(DoNotDisturbRequest))]
[JsonSerializable(typeof(PushKeyBody))]
[JsonSerializable(typeof(PushDeviceBody))]
[JsonSerializable(typeof(PushedCallBody))]
[JsonSerializable(typeof(RegisterDeviceRequest))]
[JsonSerializable(typeof(PushCredentialRequest))]
[JsonSerializable(typeof(DemoUserBody[]))]
[JsonSerializable(typeof(DemoTokenBody))]
[JsonSerializable(typeof(DemoSessionBody))]
[JsonSerializable(typeof(CreateCallRequest))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(StatusRequest))]
[JsonSerializable(typeof(EndRequest))]
internal sealed partial class GatewayJson : JsonSerializerContext
{
    /// <summary>The context to use. Unlike <see cref="Default"/> it writes times and strings in the form that clients expect.</summary>
    public static GatewayJson Instance { get; } = new(Configure(new JsonSerializerOptions()));

    /// <summary>Has options write the gateway's JSON.</summary>
    /// <returns>The options.</returns>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        // The default encoder escapes what is special in HTML, which none of this is. It would escape every + of a token.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new TimeConverter());
        return options;
    }

    /// <summary>Options for the hubs' protocol, which also read the hubs' requests.</summary>
    public static JsonSerializerOptions CreateHubOptions()
    {
        var options = Configure(new JsonSerializerOptions());
        options.Converters.Add(new ParsedConverter<WatchCallRequest>());
        options.Converters.Add(new ParsedConverter<HubTokenRequest>());
        options.Converters.Add(new ParsedConverter<HubStatusRequest>());
        options.Converters.Add(new ParsedConverter<AcknowledgeRequest>());
        options.Converters.Add(new ParsedConverter<SyncRequest>());
        options.Converters.Add(new ParsedConverter<WatchPresenceRequest>());
        options.Converters.Add(new ParsedConverter<RenewTokenRequest>());
        options.Converters.Add(new ParsedConverter<SignalRequest>());
        options.Converters.Add(new JsonBodyConverter<SessionBody>());
        options.Converters.Add(new JsonBodyConverter<InvitationBody>());
        options.Converters.Add(new JsonBodyConverter<CallBody>());
        options.Converters.Add(new JsonBodyConverter<CredentialAnswerBody>());
        options.MaxDepth = GatewayLimits.MaxJsonDepth;
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(Instance, new DefaultJsonTypeInfoResolver());
        return options;
    }
}
