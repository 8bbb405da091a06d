using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>Which limit a request for a call has reached. The names are the codes on the wire.</summary>
[GenerateSerializer, Alias("Fayo.CallLimit")]
[JsonConverter(typeof(JsonStringEnumConverter<CallLimit>))]
public enum CallLimit
{
    /// <summary>The initiator has too many open calls.</summary>
    [JsonStringEnumMemberName("too_many_calls")] OpenCalls,

    /// <summary>Too many calls of the initiator ring at the same time.</summary>
    [JsonStringEnumMemberName("too_many_ringing")] RingingCalls,

    /// <summary>The initiator has made too many calls in the last minute.</summary>
    [JsonStringEnumMemberName("too_many_calls_per_minute")] CallsPerMinute,

    /// <summary>The initiator has made too many calls to this recipient in the last minute.</summary>
    [JsonStringEnumMemberName("too_many_calls_to_user")] CallsPerMinuteToUser,

    /// <summary>The initiator has cancelled too many calls to this recipient a short time ago.</summary>
    [JsonStringEnumMemberName("too_many_cancelled")] CancelledCalls,

    /// <summary>The initiator has asked too often, with a key each time, for a call that rings already.</summary>
    [JsonStringEnumMemberName("too_many_attempts")] Attempts,
}
