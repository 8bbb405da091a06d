using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>The push services by which a device can be reached.</summary>
[GenerateSerializer, Alias("Fayo.PushPlatform")]
[JsonConverter(typeof(JsonStringEnumConverter<PushPlatform>))]
public enum PushPlatform
{
    /// <summary>A browser's push service (RFC 8030).</summary>
    [JsonStringEnumMemberName("web")] Web,

    /// <summary>Firebase Cloud Messaging.</summary>
    [JsonStringEnumMemberName("fcm")] Fcm,

    /// <summary>Apple's push service, with a token of PushKit for VoIP.</summary>
    [JsonStringEnumMemberName("apns-voip")] ApnsVoip,

    /// <summary>One that only a newer version of this service knows.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown = -1,
}
