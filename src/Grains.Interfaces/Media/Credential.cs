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
