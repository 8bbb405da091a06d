using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>A user as staff see them.</summary>
internal sealed class UserBody(UserProfile user, int devices, bool isPushReachable, DateTimeOffset? lastReachableAt)
{
    public string Id => user.Id;

    public string? FirstName => user.FirstName;

    public string? LastName => user.LastName;

    public string? Role => user.Role;

    public string? Phone => user.Phone;

    public bool Online => devices > 0;

    public int Devices => devices;

    public bool PushReachable => isPushReachable;

    public DateTimeOffset? LastReachableAt => lastReachableAt;
}

/// <summary>A page of users.</summary>
internal sealed record UserPageBody(IReadOnlyList<UserBody> Items, int? NextPage);

/// <summary>Who the caller is.</summary>
internal sealed record MeBody(string Id, string? Role, string? FirstName, string? LastName, bool Staff, bool Monitor)
{
    /// <summary>Without the name.</summary>
    public override string ToString() => Id;
}

/// <summary>A device of the caller. <c>Connected</c> says whether it has a connection now.</summary>
internal sealed record DeviceBody(string DeviceId, DateTimeOffset FirstSeenAt, bool Connected);

/// <summary>
/// The devices of the caller that have rung, oldest first, and, where any push service is configured, those that are registered for push,
/// the one registered longest ago first.
/// </summary>
internal sealed record DeviceListBody(
    IReadOnlyList<DeviceBody> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PushDeviceBody>? Devices);

/// <summary>A user whom the caller has blocked.</summary>
internal sealed record BlockedUserBody(string UserId, DateTimeOffset BlockedAt);

/// <summary>The users whom the caller has blocked, the latest first.</summary>
internal sealed record BlockListBody(IReadOnlyList<BlockedUserBody> Items);

/// <summary>Until when calls to the caller do not ring; null where they ring.</summary>
internal sealed record DoNotDisturbBody(DateTimeOffset? Until);

/// <summary>One of the local demo's users.</summary>
internal sealed record DemoUserBody(string Id, string? FirstName, string? LastName, string? Role)
{
    /// <summary>Without the name.</summary>
    public override string ToString() => Id;
}

/// <summary>A token of one of the local demo's users.</summary>
internal sealed record DemoTokenBody(string Token, DateTimeOffset ExpiresAt)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"Token until {ExpiresAt:O}";
}

/// <summary>A session of a browser with the local demo.</summary>
internal sealed record DemoSessionBody(string Session)
{
    /// <summary>Without the session, which is a secret.</summary>
    public override string ToString() => nameof(DemoSessionBody);
}
