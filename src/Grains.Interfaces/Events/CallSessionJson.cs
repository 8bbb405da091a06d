using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fayo.Calls;

/// <summary>A call session as JSON, in the form in which clients get it: what is told to other systems.</summary>
public static class CallSessionJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Writes a session. Values that are not set are null, never absent.</summary>
    public static string Write(CallSession session)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        var json = _writer ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        WriteFields(json, session);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>
    /// Writes the fields of a session into an object that has been begun. Values that are not set are null, never absent.
    /// </summary>
    /// <param name="json">The writer; its encoder decides what is escaped.</param>
    /// <param name="session">The session.</param>
    public static void WriteFields(Utf8JsonWriter json, CallSession session)
    {
        json.WriteString("id", session.Id);
        json.WriteString("channelName", session.ChannelName);
        json.WriteString("callType", WireNames.Of(session.CallType));
        json.WriteString("initiatorId", session.InitiatorId);
        json.WriteString("initiatorName", session.InitiatorName);
        json.WriteString("initiatorRole", session.InitiatorRole);
        json.WriteString("recipientId", session.RecipientId);
        json.WriteString("status", WireNames.Of(session.Status));
        WriteTime(json, "expiresAt", session.ExpiresAt);
        WriteTime(json, "startedAt", session.StartedAt);
        WriteTime(json, "endedAt", session.EndedAt);
        json.WritePropertyName("metadata");
        json.WriteRawValue(session.Metadata ?? "null", skipInputValidation: true);
        WriteTime(json, "createdAt", session.CreatedAt);
        WriteTime(json, "updatedAt", session.UpdatedAt);
        json.WriteNumber("version", session.Version);
        WriteTime(json, "ringDeadline", session.RingDeadline);
        WriteTime(json, "answeredAt", session.AnsweredAt);
        json.WriteString("endReason", session.EndReason is { } reason ? WireNames.Of(reason) : null);
        json.WriteString("endedBy", session.EndedBy);
    }

    /// <summary>A time as ISO 8601 in UTC with milliseconds.</summary>
    public static string FormatTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes a field that is a time, in the form of <see cref="FormatTime"/>; null where there is none.</summary>
    /// <param name="json">The writer, in an object.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="time">The time.</param>
    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is not { } value)
        {
            json.WriteNull(name);
            return;
        }

        // The round-trip format is much faster than a custom one. Its last four decimals are cut off.
        Span<byte> text = stackalloc byte[28];
        value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[23] = (byte)'Z';
        json.WriteString(name, text[..24]);
    }
}
