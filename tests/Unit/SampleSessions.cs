namespace Fayo.Calls.Tests.Unit;

/// <summary>Sessions whose JSON is compared: with nothing that may be missing, and with everything.</summary>
internal static class SampleSessions
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 120, TimeSpan.Zero);

    public static readonly CallSession Bare = new()
    {
        Id = "call_1",
        Version = 2,
        Status = CallStatus.Pending,
        CallType = CallType.Video,
        ChannelName = "channel",
        InitiatorId = "ann",
        CreatedAt = Noon,
        UpdatedAt = Noon,
        ExpiresAt = Noon.AddHours(1),
    };

    public static readonly CallSession Full = Bare with
    {
        Status = CallStatus.Completed,
        CallType = CallType.Voice,
        RecipientId = "bén \"<>&'\\\u2028\ud83d\ude00",
        InitiatorName = "Dr. Ånn \0\u001f",
        InitiatorRole = "DOCTOR",
        Metadata = """{"a": [1, "ü"], "b": null}""",
        RingDeadline = Noon.AddSeconds(45),
        AnsweredAt = Noon.AddSeconds(1),
        StartedAt = Noon.AddSeconds(2),
        EndedAt = Noon.AddSeconds(3),
        EndReason = EndReason.Hangup,
        EndedBy = "ann",
    };
}
