using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>The part a credential's holder plays in the media channel.</summary>
[GenerateSerializer, Alias("Fayo.CredentialRole")]
[JsonConverter(typeof(JsonStringEnumConverter<CredentialRole>))]
public enum CredentialRole
{
    /// <summary>The side that opened the call.</summary>
    [JsonStringEnumMemberName("HOST")] Host,

    /// <summary>The side that joins. In a two-way call it publishes too.</summary>
    [JsonStringEnumMemberName("AUDIENCE")] Audience,
}
