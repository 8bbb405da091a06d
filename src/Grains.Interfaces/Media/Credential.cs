using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>What a device needs to enter the media channel.</summary>
[GenerateSerializer, Immutable, Alias("Fayo.Credential")]
public sealed record Credential
{
    /// <summary>The Agora project; null where media do not go through Agora.</summary>
    [Id(0)] public string? AppId { get; init; }

    /// <summary>The signed Agora token (AccessToken2); null where media do not go through Agora. Never logged.</summary>
    [Id(1)] public string? Token { get; init; }

    /// <summary>The media channel the credential is good for.</summary>
    [Id(2)] public required string ChannelName { get; init; }

    /// <summary>The Agora user account: the user id.</summary>
    [Id(3)] public required string RtcUserId { get; init; }

    /// <summary>The part its holder plays.</summary>
    [Id(4)] public required CredentialRole Role { get; init; }

    /// <summary>How long the credential is good for, in seconds from its issue.</summary>
    [Id(5)] public required int ExpiresIn { get; init; }

    /// <summary>Until when the credential is good.</summary>
    [Id(6)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What carries the media.</summary>
    [Id(7)] public required MediaProvider Provider { get; init; }

    /// <summary>What helps two browsers to find a way to each other; null where they do not look for one.</summary>
    [Id(8)] public IReadOnlyList<IceServer>? IceServers { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"Credential for {RtcUserId} in {ChannelName} until {ExpiresAt:O}";
}

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

/// <summary>A STUN or TURN server, as WebRTC's <c>RTCIceServer</c> has it.</summary>
/// <param name="Urls">Where it is: <c>stun:</c>, <c>stuns:</c>, <c>turn:</c> or <c>turns:</c>.</param>
/// <param name="Username">For a TURN server. Never logged.</param>
/// <param name="Credential">For a TURN server: the password. Never logged.</param>
[GenerateSerializer, Immutable, Alias("Fayo.IceServer")]
public sealed record IceServer(
    [property: Id(0)] IReadOnlyList<string> Urls,
    [property: Id(1)] string? Username = null,
    [property: Id(2)] string? Credential = null)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => string.Join(", ", Urls);
}
