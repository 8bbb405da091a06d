using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json;

/// <summary>Writes times as ISO 8601 in UTC with milliseconds.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        // The round-trip format, yyyy-MM-ddTHH:mm:ss.fffffffZ, is much faster than a custom one. Its last four decimals are cut off.
        Span<byte> text = stackalloc byte[28];
        value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[23] = (byte)'Z';
        writer.WriteStringValue(text[..24]);
    }
}
