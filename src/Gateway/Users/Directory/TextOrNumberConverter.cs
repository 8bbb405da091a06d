using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Users.Directory;

/// <summary>Reads a text, or a whole number of any length as its digits: databases that count their users send ids as numbers.</summary>
/// <remarks>Any other number is null: whom such an id names cannot be called.</remarks>
internal sealed class TextOrNumberConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            var digits = Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
            return digits.All(char.IsAsciiDigit) ? digits : null;
        }

        return reader.TokenType == JsonTokenType.String ? reader.GetString() : throw new JsonException("Neither a text nor a number.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
