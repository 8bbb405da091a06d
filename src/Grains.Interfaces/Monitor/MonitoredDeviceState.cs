using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>How far a call has come with a device.</summary>
[GenerateSerializer, Alias("Fayo.MonitoredDeviceState")]
[JsonConverter(typeof(JsonStringEnumConverter<MonitoredDeviceState>))]
public enum MonitoredDeviceState
{
    /// <summary>The invitation was handed to it.</summary>
    [JsonStringEnumMemberName("delivered")] Delivered,

    /// <summary>It has acknowledged.</summary>
    [JsonStringEnumMemberName("ringing")] Ringing,

    /// <summary>It is the one that answered.</summary>
    [JsonStringEnumMemberName("answered")] Answered,
}
