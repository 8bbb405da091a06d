using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fayo.Calls;

/// <summary>The audit as it is exported: a JSON object a line.</summary>
public static class AuditJson
{
    /// <summary>Writes an entry as one line, without the end of the line.</summary>
    public static string ToLine(AuditRecord record)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var entry = record.Entry;
            json.WriteStartObject();
            json.WriteNumber("seq", record.Seq);
            json.WriteString("at", entry.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("silo", record.Silo);
            json.WriteString("action", entry.Action);
            json.WriteString("actor", entry.ActorId);
            json.WriteString("role", entry.Role);
            json.WriteString("subject", entry.SubjectId);
            json.WriteString("other", entry.OtherId);
            json.WriteString("callId", entry.CallId);
            if (entry.Status is { } status)
            {
                json.WriteNumber("status", status);
            }
            else
            {
                json.WriteNull("status");
            }

            json.WriteString("address", entry.Address);
            json.WriteString("agent", entry.Agent);
            json.WriteString("detail", entry.Detail);
            json.WriteString("hash", Convert.ToHexStringLower(record.Hash));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
