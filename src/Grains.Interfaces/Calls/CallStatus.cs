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
}

/// <summary>What the participants send to each other.</summary>
[GenerateSerializer, Alias("Fayo.CallType")]
[JsonConverter(typeof(JsonStringEnumConverter<CallType>))]
public enum CallType
{
    /// <summary>Picture and sound.</summary>
    [JsonStringEnumMemberName("VIDEO")] Video,

    /// <summary>Sound only.</summary>
    [JsonStringEnumMemberName("VOICE")] Voice,
}

/// <summary>Why a call session ended. Set by the server alone.</summary>
[GenerateSerializer, Alias("Fayo.EndReason")]
[JsonConverter(typeof(JsonStringEnumConverter<EndReason>))]
public enum EndReason
{
    /// <summary>A participant hung up.</summary>
    [JsonStringEnumMemberName("hangup")] Hangup,

    /// <summary>Both sides lost their connection.</summary>
    [JsonStringEnumMemberName("connection_lost")] ConnectionLost,

    /// <summary>The call lasted as long as a call may last.</summary>
    [JsonStringEnumMemberName("max_duration")] MaxDuration,

    /// <summary>Ended by staff from the monitor.</summary>
    [JsonStringEnumMemberName("admin_ended")] AdminEnded,

    /// <summary>The initiator gave up before an answer.</summary>
    [JsonStringEnumMemberName("caller_cancelled")] CallerCancelled,

    /// <summary>The recipient refused.</summary>
    [JsonStringEnumMemberName("declined")] Declined,

    /// <summary>The recipient was in another call.</summary>
    [JsonStringEnumMemberName("busy")] Busy,

    /// <summary>The call could not be carried out.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>It rang and nobody answered.</summary>
    [JsonStringEnumMemberName("no_answer")] NoAnswer,

    /// <summary>No device ever acknowledged the invitation.</summary>
    [JsonStringEnumMemberName("unreachable")] Unreachable,

    /// <summary>The session outlived its tokens.</summary>
    [JsonStringEnumMemberName("token_expired")] TokenExpired,
}

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
}

/// <summary>The part a credential's holder plays in the media channel.</summary>
[GenerateSerializer, Alias("Fayo.CredentialRole")]
[JsonConverter(typeof(JsonStringEnumConverter<CredentialRole>))]
public enum CredentialRole
{
    /// <summary>The side that opened the call.</summary>
    [JsonStringEnumMemberName("HOST")] Host,

    /// <summary>The side that joins. In a two-way call it publishes too.</summary>
    [JsonStringEnumMemberName("AUDIENCE")] Audience,
}

/// <summary>What can be told from a status alone.</summary>
public static class CallStatusExtensions
{
    extension(CallStatus status)
    {
        /// <summary>True until the call has ended; ended is final.</summary>
        public bool IsOpen => status is CallStatus.Pending or CallStatus.Ringing or CallStatus.Active;
    }
}
