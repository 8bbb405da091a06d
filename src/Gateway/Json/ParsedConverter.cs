using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json;

/// <summary>Has the hubs read the arguments of their methods as strictly as the routes read bodies.</summary>
/// <typeparam name="T">The request.</typeparam>
internal sealed class ParsedConverter<T> : JsonConverter<Parsed<T>>
    where T : class, IRequest<T>
{
    public override bool HandleNull => true;

    public override Parsed<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // Reads from a copy: even where the argument is refused in the middle, the hub protocol continues after its end.
        var argument = new ObjectReader(reader);
        var parsed = T.Read(ref argument);
        reader.Skip();
        return parsed;
    }

    public override void Write(Utf8JsonWriter writer, Parsed<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Requests are only read.");
}
