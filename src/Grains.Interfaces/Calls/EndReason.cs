using System.Text.Json.Serialization;

namespace Fayo.Calls;

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

    /// <summary>The initiator lost every connection before anybody confirmed the call, and did not come back.</summary>
    [JsonStringEnumMemberName("caller_lost")] CallerLost,

    /// <summary>One that only a newer version of this service knows. Never written, and never asked for.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown = -1,
}
