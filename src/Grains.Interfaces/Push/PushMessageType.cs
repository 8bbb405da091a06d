using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>What a push is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PushMessageType>))]
public enum PushMessageType
{
    /// <summary>The device is to ring.</summary>
    [JsonStringEnumMemberName("ring")] Ring,

    /// <summary>The call no longer rings: what the device shows of it is taken away.</summary>
    [JsonStringEnumMemberName("over")] Over,

    /// <summary>The user wants to see whether pushes arrive.</summary>
    [JsonStringEnumMemberName("test")] Test,
}
