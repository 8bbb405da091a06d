using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json;

/// <summary>A JSON value that is stored and sent exactly as the client wrote it.</summary>
/// <param name="Text">Valid JSON.</param>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(string Text)
{
    /// <summary>Leaves out the content, which must not be logged.</summary>
    public override string ToString() => "JSON";
}
