using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>A call as the monitor shows it. Its metadata is always null here: it is the participants' own, and may be large.</summary>
internal sealed class MonitoredCallBody(MonitoredCall call) : SessionBody(call.Session)
{
    /// <summary>The address of the silo where the call's grain is; null where nobody knows, or it is in no memory.</summary>
    [JsonPropertyOrder(1)]
    public string? Silo => call.Silo?.ToParsableString();

    /// <summary>The recipient's devices that know of the call.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<MonitoredDevice> Devices => call.Devices;

    /// <summary>Makes bodies of calls.</summary>
    public static MonitoredCallBody[] Of(IReadOnlyCollection<MonitoredCall> calls) => [.. calls.Select(call => new MonitoredCallBody(call))];
}

/// <summary>A page of open calls.</summary>
internal sealed record MonitoredCallPageBody(IReadOnlyList<MonitoredCallBody> Items, string? NextCursor);

/// <summary>What viewers are told of calls.</summary>
/// <param name="Reset">True where all that was told before is to be forgotten.</param>
/// <param name="At">When it was so.</param>
/// <param name="Calls">Calls that are new or have changed, each as it is now.</param>
/// <param name="Ended">Calls that have ended.</param>
/// <param name="Complete">True at the end of the list that a reset begins, false before that; else unset.</param>
internal sealed record MonitoredCallsBody(
    bool Reset,
    DateTimeOffset At,
    IReadOnlyList<MonitoredCallBody> Calls,
    IReadOnlyList<MonitoredCallBody> Ended,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Complete = null);
