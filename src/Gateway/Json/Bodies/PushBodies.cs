namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>The key to which browsers subscribe.</summary>
internal sealed record PushKeyBody(string Key);

/// <summary>A device of the caller that is registered for push, without where it is reached.</summary>
internal sealed record PushDeviceBody(
    string DeviceId, PushPlatform Platform, DateTimeOffset RegisteredAt, DateTimeOffset? LastPushedAt, string? LastAnswer)
{
    /// <summary>The body of a device.</summary>
    public static PushDeviceBody Of(PushDevice device) =>
        new(device.DeviceId, device.Platform, device.RegisteredAt, device.LastPushedAt, device.LastAnswer);
}

/// <summary>The call that a device was pushed for. <c>Outcome</c> is null while it rings.</summary>
internal sealed record PushedCallBody(string CallId, bool IsRinging, int RemainingMs, string? InitiatorName, RingOutcome? Outcome)
{
    /// <summary>Without the name.</summary>
    public override string ToString() => $"{CallId}: {(IsRinging ? "rings" : Outcome)}";
}
