using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>What the participants send to each other.</summary>
[GenerateSerializer, Alias("Fayo.CallType")]
[JsonConverter(typeof(JsonStringEnumConverter<CallType>))]
public enum CallType
{
    /// <summary>Picture and sound.</summary>
    [JsonStringEnumMemberName("VIDEO")] Video,

    /// <summary>Sound only.</summary>
    [JsonStringEnumMemberName("VOICE")] Voice,

    /// <summary>One that only a newer version of this service knows. Never written, and never asked for.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown = -1,
}
