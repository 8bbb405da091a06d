using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json;

/// <summary>A JSON value that is kept and sent as it was written.</summary>
/// <param name="Text">The JSON; valid.</param>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(string Text)
{
    /// <summary>Without the content, which belongs to the client and in no log.</summary>
    public override string ToString() => "JSON";
}
