using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>What became of a ring, as a device is told that has rung.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RingOutcome>))]
public enum RingOutcome
{
    /// <summary>Nobody answered, or the caller gave up.</summary>
    [JsonStringEnumMemberName("missed")] Missed,

    /// <summary>Another device of the user answered.</summary>
    [JsonStringEnumMemberName("answered_elsewhere")] AnsweredElsewhere,

    /// <summary>It ended in another way, such as that the user declined.</summary>
    [JsonStringEnumMemberName("ended")] Ended,
}
