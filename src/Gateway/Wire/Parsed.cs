using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Wire;

/// <summary>What a client sends as one JSON object.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface IRequest<TSelf>
    where TSelf : class, IRequest<TSelf>
{
    /// <summary>Reads it from JSON.</summary>
    static abstract Parsed<TSelf> Read(ref ObjectReader json);
}

/// <summary>A request that could be read, or why it could not.</summary>
/// <typeparam name="T">The request.</typeparam>
/// <param name="Value">The request; null if it is refused.</param>
/// <param name="Refusal">Why it is refused; null if it is not.</param>
internal readonly record struct Parsed<T>(T? Value, Refusal? Refusal)
    where T : class
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(Refusal refusal) => new(null, refusal);
}

/// <summary>Reads requests from JSON.</summary>
internal static class Parsed
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = GatewayLimits.JsonDepth };

    /// <summary>Reads a request from a whole body; an empty body is an empty object.</summary>
    public static Parsed<T> From<T>(in ReadOnlySequence<byte> body)
        where T : class, IRequest<T>
    {
        try
        {
            var source = body.IsEmpty ? new ReadOnlySequence<byte>("{}"u8.ToArray()) : body;
            var reader = new ObjectReader(new Utf8JsonReader(source, Strict), source);
            var parsed = T.Read(ref reader);
            reader.ReadToEnd();
            return parsed;
        }
        catch (JsonException e)
        {
            return Refusal.Malformed(e is { LineNumber: { } line, BytePositionInLine: { } position }
                ? FormattableString.Invariant($"The body is not valid JSON: line {line + 1}, byte {position + 1}.")
                : "The body is not valid JSON.");
        }
    }
}

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
