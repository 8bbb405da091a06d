using System.Text.Json;
using System.Text.Json.Serialization;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Storage.Calls;

/// <summary>Writes the details of a call as JSON. The generated code knows every property, and so needs less time and memory.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Serialization,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CallDetails))]
internal sealed partial class CallDetailsWriter : JsonSerializerContext;
