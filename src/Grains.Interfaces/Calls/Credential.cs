namespace Fayo.Calls;

/// <summary>What a device needs to enter the media channel.</summary>
[GenerateSerializer, Immutable, Alias("Fayo.Credential")]
public sealed record Credential
{
    /// <summary>The Agora project.</summary>
    [Id(0)] public required string AppId { get; init; }

    /// <summary>The signed Agora token (AccessToken2). Never logged.</summary>
    [Id(1)] public required string Token { get; init; }

    /// <summary>The media channel the token is good for.</summary>
    [Id(2)] public required string ChannelName { get; init; }

    /// <summary>The Agora user account: the user id.</summary>
    [Id(3)] public required string RtcUserId { get; init; }

    /// <summary>The part its holder plays.</summary>
    [Id(4)] public required CredentialRole Role { get; init; }

    /// <summary>How long the token is good for, in seconds from its issue.</summary>
    [Id(5)] public required int ExpiresIn { get; init; }

    /// <summary>Until when the token is good.</summary>
    [Id(6)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"Credential for {RtcUserId} in {ChannelName} until {ExpiresAt:O}";
}
