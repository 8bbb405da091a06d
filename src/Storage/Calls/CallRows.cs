using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Npgsql;

namespace Fayo.Calls.Storage.Calls;

/// <summary>Reads rows of <c>call_sessions</c> and <c>call_events</c>.</summary>
internal static class CallRows
{
    /// <summary>What <see cref="ReadSession"/> expects, in its order.</summary>
    public const string SessionColumns = """
        id, version, status, call_type, channel_name, initiator_id, recipient_id, metadata, created_at, updated_at, expires_at,
        ring_deadline, answered_at, started_at, ended_at, end_reason, ended_by, initiator_name, initiator_role
        """;

    /// <summary>As <see cref="SessionColumns"/>, without the metadata, which may be large.</summary>
    public static readonly string LeanSessionColumns =
        SessionColumns.Replace("metadata", "NULL AS metadata", StringComparison.Ordinal);

    /// <summary>What <see cref="ReadState"/> expects, in its order.</summary>
    public const string StateColumns = SessionColumns + ", next_deadline, details, silence";

    /// <summary>As <see cref="StateColumns"/>, without the metadata, which may be large.</summary>
    public static readonly string LeanStateColumns = StateColumns.Replace("metadata", "NULL AS metadata", StringComparison.Ordinal);

    /// <summary>What <see cref="ReadEntry"/> expects, in its order.</summary>
    public const string EntryColumns = "version, at, kind, by, device, status, detail";

    private const string NoDetails = "{}";
    private static readonly byte[] NoDetailsBytes = Encoding.UTF8.GetBytes(NoDetails);

    // Read without source generation: a generated reader does not give a missing property its initial value.
    private static readonly JsonSerializerOptions DetailsJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    public static CallSession ReadSession(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(0),
        Version = row.GetInt32(1),
        Status = WireNames.Parse<CallStatus>(row.GetString(2)),
        CallType = WireNames.Parse<CallType>(row.GetString(3)),
        ChannelName = row.GetString(4),
        InitiatorId = row.GetString(5),
        RecipientId = Text(row, 6),
        Metadata = Text(row, 7),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(8),
        UpdatedAt = row.GetFieldValue<DateTimeOffset>(9),
        ExpiresAt = row.GetFieldValue<DateTimeOffset>(10),
        RingDeadline = Time(row, 11),
        AnsweredAt = Time(row, 12),
        StartedAt = Time(row, 13),
        EndedAt = Time(row, 14),
        EndReason = Text(row, 15) is { } reason ? WireNames.Parse<EndReason>(reason) : null,
        EndedBy = Text(row, 16),
        InitiatorName = Text(row, 17),
        InitiatorRole = Text(row, 18),
    };

    public static CallState ReadState(NpgsqlDataReader row) => new()
    {
        Session = ReadSession(row),
        NextDeadline = Time(row, 19),
        Details = ReadDetails(row.GetString(20)),
        Silence = ReadSilence(Text(row, 21)),
    };

    public static TimelineEntry ReadEntry(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.GetFieldValue<DateTimeOffset>(1),
        WireNames.Parse<TimelineKind>(row.GetString(2)),
        Text(row, 3),
        Text(row, 4),
        WireNames.Parse<CallStatus>(row.GetString(5)),
        Text(row, 6));

    /// <summary>The details as JSON in UTF-8, as they go to the database.</summary>
    public static byte[] WriteDetails(CallDetails details) =>
        details == CallDetails.Empty ? NoDetailsBytes : JsonSerializer.SerializeToUtf8Bytes(details, CallDetailsWriter.Default.CallDetails);

    /// <summary>A reason that this release does not know keeps the call silent all the same.</summary>
    public static CallSilence? ReadSilence(string? name) =>
        name is null ? null : WireNames.TryParse<CallSilence>(name, out var silence) ? silence : CallSilence.Blocked;

    private static CallDetails ReadDetails(string json) =>
        json == NoDetails ? CallDetails.Empty : JsonSerializer.Deserialize<CallDetails>(json, DetailsJson)!;

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
