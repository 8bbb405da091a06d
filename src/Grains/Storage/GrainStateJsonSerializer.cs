using System.Text.Json;
using Orleans.Storage;

namespace Fayo.Calls.Grains.Storage;

/// <summary>Writes the state of grains as JSON, for Orleans' ADO.NET storage. Values that it does not know are passed over.</summary>
public sealed class GrainStateJsonSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    /// <inheritdoc/>
    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, Options);
}
