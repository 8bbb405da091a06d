using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>Where a call session is in its life. The names are those of the wire and of the database.</summary>
[GenerateSerializer, Alias("Fayo.CallStatus")]
[JsonConverter(typeof(JsonStringEnumConverter<CallStatus>))]
public enum CallStatus
{
    /// <summary>Created; no device of the recipient has acknowledged the invitation.</summary>
    [JsonStringEnumMemberName("PENDING")] Pending,

    /// <summary>A device of the recipient rings, or the recipient has asked for a token.</summary>
    [JsonStringEnumMemberName("RINGING")] Ringing,

    /// <summary>Confirmed by a participant or by media.</summary>
    [JsonStringEnumMemberName("ACTIVE")] Active,

    /// <summary>Ended after it was answered.</summary>
    [JsonStringEnumMemberName("COMPLETED")] Completed,

    /// <summary>Ended by a person before, or instead of, a conversation.</summary>
    [JsonStringEnumMemberName("CANCELLED")] Cancelled,

    /// <summary>Ended by a deadline.</summary>
    [JsonStringEnumMemberName("EXPIRED")] Expired,

    /// <summary>One that only a newer version of this service knows. Never written, and never asked for.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown = -1,
}
