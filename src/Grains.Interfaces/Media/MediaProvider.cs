using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>What carries the media of calls.</summary>
[GenerateSerializer, Alias("Fayo.MediaProvider")]
[JsonConverter(typeof(JsonStringEnumConverter<MediaProvider>))]
public enum MediaProvider
{
    /// <summary>Agora's network; its SDK joins with the credential's token.</summary>
    [JsonStringEnumMemberName("agora")] Agora,

    /// <summary>A WebRTC connection between the two participants, who find each other by signals through the hub.</summary>
    [JsonStringEnumMemberName("p2p")] PeerToPeer,
}
