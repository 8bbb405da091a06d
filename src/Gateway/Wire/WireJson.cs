using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fayo.Calls.Gateway.Monitor;
using Fayo.Calls.Gateway.Users;

namespace Fayo.Calls.Gateway.Wire;

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
[JsonSerializable(typeof(CallJoinedBody))]
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
[JsonSerializable(typeof(DirectoryUser[]))]
[JsonSerializable(typeof(CreateCallRequest))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(StatusRequest))]
[JsonSerializable(typeof(EndRequest))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>The one that is used, with this wire's form of times.</summary>
    public static WireJson Wire { get; } = new(CreateOptions());

    /// <summary>Options for the hub's protocol: as <see cref="Wire"/>, and able to read the hub's requests.</summary>
    public static JsonSerializerOptions CreateHubOptions()
    {
        var options = CreateOptions();
        options.Converters.Add(new ParsedConverter<JoinCallRequest>());
        options.Converters.Add(new ParsedConverter<HubTokenRequest>());
        options.Converters.Add(new ParsedConverter<HubStatusRequest>());
        options.Converters.Add(new ParsedConverter<AcknowledgeRequest>());
        options.Converters.Add(new ParsedConverter<SyncRequest>());
        options.Converters.Add(new ParsedConverter<SignalRequest>());
        options.MaxDepth = GatewayLimits.JsonDepth;
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(Wire, new DefaultJsonTypeInfoResolver());
        return options;
    }

    private static JsonSerializerOptions CreateOptions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // The default encoder protects HTML, which none of this is; escaping every + of a token only costs time and bytes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new WireTimeConverter() },
    };
}

/// <summary>Times as ISO 8601 in UTC with exactly three decimals.</summary>
internal sealed class WireTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <summary>A time as the wire has it.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        // The round-trip form, yyyy-MM-ddTHH:mm:ss.fffffffZ, is formatted much faster than a custom one; it only needs cutting.
        Span<byte> text = stackalloc byte[28];
        value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[23] = (byte)'Z';
        writer.WriteStringValue(text[..24]);
    }
}

/// <summary>A JSON value that is kept and sent as it was written.</summary>
/// <param name="Text">The JSON; valid.</param>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(string Text)
{
    /// <summary>Without the content, which belongs to the client and in no log.</summary>
    public override string ToString() => "JSON";
}

/// <summary>Writes <see cref="RawJson"/> as it is.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Requests are read without the serializer.");

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text, skipInputValidation: true);
}
