using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json;

/// <summary>Writes <see cref="RawJson"/> unchanged.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Requests are read without the serializer.");

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text, skipInputValidation: true);
}
