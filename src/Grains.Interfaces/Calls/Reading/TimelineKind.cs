using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>The kinds of entries in a call's timeline.</summary>
[GenerateSerializer, Alias("Fayo.TimelineKind")]
[JsonConverter(typeof(JsonStringEnumConverter<TimelineKind>))]
public enum TimelineKind
{
    /// <summary>The session came to be; the initiator got the first token.</summary>
    [JsonStringEnumMemberName("created")] Created,

    /// <summary>The recipient is to be invited, on every device.</summary>
    [JsonStringEnumMemberName("invited")] Invited,

    /// <summary>The invitation was put into the queue of a connection of that device, or the device has acknowledged it.</summary>
    [JsonStringEnumMemberName("delivered")] Delivered,

    /// <summary>A device of the recipient rings.</summary>
    [JsonStringEnumMemberName("ringing")] Ringing,

    /// <summary>The first device of the recipient asked for a token.</summary>
    [JsonStringEnumMemberName("answered")] Answered,

    /// <summary>A participant confirmed the conversation.</summary>
    [JsonStringEnumMemberName("active")] Active,

    /// <summary>A device got its first token for this call. Renewals are not recorded.</summary>
    [JsonStringEnumMemberName("token_issued")] TokenIssued,

    /// <summary>The recipient refused.</summary>
    [JsonStringEnumMemberName("declined")] Declined,

    /// <summary>A participant cancelled.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>The end; the detail is the reason. Every ended call has exactly one.</summary>
    [JsonStringEnumMemberName("ended")] Ended,

    /// <summary>A remark, or something that did not change the status.</summary>
    [JsonStringEnumMemberName("note")] Note,

    /// <summary>A push was sent to that device, or tried; the detail is what the push service answered.</summary>
    [JsonStringEnumMemberName("pushed")] Pushed,

    /// <summary>One that only a newer version of this service knows. Never written, and never asked for.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown = -1,
}
