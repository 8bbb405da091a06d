using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>Has a body write itself wherever the serializer comes upon one.</summary>
/// <typeparam name="TBody">The type of the body.</typeparam>
internal sealed class JsonBodyConverter<TBody> : JsonConverter<TBody>
    where TBody : class, IJsonBody
{
    public override TBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Bodies are only written.");

    public override void Write(Utf8JsonWriter writer, TBody value, JsonSerializerOptions options) => value.WriteTo(writer);
}
