namespace Fayo.Calls;

/// <summary>A device that a user has registered for push.</summary>
/// <param name="DeviceId">Its name, the same as that of its connections.</param>
/// <param name="Platform">By which push service it is reached.</param>
/// <param name="RegisteredAt">When it was registered last, UTC.</param>
[GenerateSerializer, Immutable, Alias("Fayo.PushDevice")]
public sealed record PushDevice(
    [property: Id(0)] string DeviceId,
    [property: Id(1)] PushPlatform Platform,
    [property: Id(2)] DateTimeOffset RegisteredAt)
{
    /// <summary>How many devices of a user are kept. The one registered longest ago makes way for another.</summary>
    public const int MaxPerUser = 16;

    /// <summary>How many characters a token may have.</summary>
    public const int MaxTokenLength = 4096;

    /// <summary>For <see cref="PushPlatform.Web"/>: the subscription. Never told to anybody.</summary>
    [Id(3)] public PushSubscription? Subscription { get; init; }

    /// <summary>For the other platforms: the token of the app on this device. Never told to anybody.</summary>
    [Id(4)] public string? Token { get; init; }

    /// <summary>When a push was last sent to it; null where none was.</summary>
    [Id(5)] public DateTimeOffset? LastPushedAt { get; init; }

    /// <summary>What the push service answered then.</summary>
    [Id(6)] public string? LastAnswer { get; init; }

    /// <summary>Without the token and the subscription.</summary>
    public override string ToString() => $"{DeviceId} ({Platform})";
}
