using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>
/// A call as the monitor shows it. Its metadata is always null here, because it belongs to the participants and may be large.
/// </summary>
internal sealed class MonitoredCallBody(MonitoredCall call) : SessionBody(call.Session)
{
    /// <summary>The address of the silo where the call's grain is active; null where it is active nowhere, or that is not known.</summary>
    [JsonPropertyOrder(1)]
    public string? Silo => call.Silo?.ToParsableString();

    /// <summary>The recipient's devices that the call was delivered to.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<MonitoredDevice> Devices => call.Devices;

    /// <summary>The bodies of several calls.</summary>
    public static MonitoredCallBody[] Of(IReadOnlyCollection<MonitoredCall> calls) =>
        [.. calls.Select(call => new MonitoredCallBody(call))];
}

/// <summary>A page of open calls.</summary>
internal sealed record MonitoredCallPageBody(IReadOnlyList<MonitoredCallBody> Items, string? NextCursor);

/// <summary>A message to viewers about calls.</summary>
/// <param name="Reset">True where the viewer has to forget all calls that it knows.</param>
/// <param name="At">The time of this state.</param>
/// <param name="Calls">Calls that are new or have changed, each as it is now.</param>
/// <param name="Ended">Calls that have ended.</param>
/// <param name="Complete">
/// In a list that begins with a reset: true in its last message, false in the others. Not set in other messages.
/// </param>
/// <param name="Share">
/// In a list where too many calls are open to list them all: which share of them it has, less than 1. Not set otherwise.
/// </param>
internal sealed record MonitoredCallsBody(
    bool Reset,
    DateTimeOffset At,
    IReadOnlyList<MonitoredCallBody> Calls,
    IReadOnlyList<MonitoredCallBody> Ended,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Complete = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Share = null);
