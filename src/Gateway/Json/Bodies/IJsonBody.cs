using System.Text.Json;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>
/// A body that writes itself, for those of every call: the serializer, which looks up how each property is written, takes several times as
/// long. It is the same JSON: the OpenAPI document describes what the serializer writes.
/// </summary>
internal interface IJsonBody
{
    /// <summary>Writes the body as an object.</summary>
    void WriteTo(Utf8JsonWriter json);
}
