using System.Buffers;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json;

/// <summary>Reads requests from JSON.</summary>
internal static class RequestParser
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = GatewayLimits.MaxJsonDepth };

    /// <summary>Reads a part of a request that is an object of its own.</summary>
    /// <returns>Neither a value nor an error where there is none.</returns>
    public static Parsed<T> ParseNested<T>(RawJson? json)
        where T : class, IRequest<T> =>
        json is { Text: { } text } ? Parse<T>(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text))) : default;

    /// <summary>Reads a request from a whole body. An empty body counts as an empty object.</summary>
    public static Parsed<T> Parse<T>(in ReadOnlySequence<byte> body)
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
            return ApiError.Malformed(e is { LineNumber: { } line, BytePositionInLine: { } position }
                ? FormattableString.Invariant($"The body is not valid JSON: line {line + 1}, byte {position + 1}.")
                : "The body is not valid JSON.");
        }
    }
}
