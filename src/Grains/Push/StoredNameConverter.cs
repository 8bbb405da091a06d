using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Grains.Push;

/// <summary>
/// Reads an enum value of a grain's stored state by its wire name. One that only a newer release knows is read as <c>Unknown</c>: it must
/// not keep the grain from activating, and with it the user's other devices from being pushed.
/// </summary>
/// <typeparam name="TEnum">An enum with a member <c>Unknown</c>.</typeparam>
internal sealed class StoredNameConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WireNames.Parse<TEnum>(reader.TokenType == JsonTokenType.String ? reader.GetString()! : WireNames.Unknown);

    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) =>
        writer.WriteStringValue(WireNames.Of(value));
}
