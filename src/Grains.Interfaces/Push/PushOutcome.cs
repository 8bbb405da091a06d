using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>What became of a push.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PushOutcome>))]
public enum PushOutcome
{
    /// <summary>The push service took it.</summary>
    [JsonStringEnumMemberName("sent")] Sent,

    /// <summary>The push service does not know the device any more.</summary>
    [JsonStringEnumMemberName("gone")] Gone,

    /// <summary>The push service refused it, or nothing could be sent there.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>There was no answer: it may have arrived, or not.</summary>
    [JsonStringEnumMemberName("no_answer")] NoAnswer,

    /// <summary>It was not tried: too many waited, or it was of no use any more.</summary>
    [JsonStringEnumMemberName("dropped")] Dropped,
}
