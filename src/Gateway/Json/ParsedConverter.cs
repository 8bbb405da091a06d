using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json;

/// <summary>Lets hub methods take what clients send in the same strict way as the routes do.</summary>
/// <typeparam name="T">The request.</typeparam>
internal sealed class ParsedConverter<T> : JsonConverter<Parsed<T>>
    where T : class, IRequest<T>
{
    public override bool HandleNull => true;

    public override Parsed<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // Read from a copy: whatever is refused in the middle, the protocol goes on behind the argument.
        var argument = new ObjectReader(reader);
        var parsed = T.Read(ref argument);
        reader.Skip();
        return parsed;
    }

    public override void Write(Utf8JsonWriter writer, Parsed<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Requests are only read.");
}
