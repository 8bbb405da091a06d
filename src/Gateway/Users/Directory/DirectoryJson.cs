using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Users.Directory;

/// <summary>Reads what the directory service sends.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DirectoryUser[]))]
internal sealed partial class DirectoryJson : JsonSerializerContext;
