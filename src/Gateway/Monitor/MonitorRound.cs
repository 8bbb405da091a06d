using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>What the viewers have to be told at one moment. A message that several viewers get is made once.</summary>
/// <param name="at">The time of this state.</param>
/// <param name="sample">Which calls viewers are told of.</param>
/// <param name="all">All open calls of the sample; null while they are not known.</param>
/// <param name="changes">Calls that have changed or ended since the round before.</param>
/// <param name="summary">The numbers; null while they are not known.</param>
internal sealed class MonitorRound(
    DateTimeOffset at,
    CallSample sample,
    IReadOnlyCollection<MonitoredCall>? all,
    IReadOnlyList<MonitoredCall> changes,
    SerializedHubMessage? summary)
{
    /// <summary>The most calls in one message of a list.</summary>
    private const int ChunkSize = 500;

    /// <summary>True where viewers have to forget the calls that they know.</summary>
    public bool IsReset { get; init; }

    /// <summary>True where the numbers have changed since the round before.</summary>
    public bool IsSummaryNew { get; init; }

    /// <summary>Calls that have changed or ended since the round before.</summary>
    public IReadOnlyList<MonitoredCall> Changes => changes;

    /// <summary>The numbers; null while they are not known.</summary>
    public SerializedHubMessage? Summary => summary;

    /// <summary>The messages with all open calls; null while they are not known.</summary>
    public IReadOnlyList<SerializedHubMessage>? List => field ??= all is null ? null : MakeList(all);

    /// <summary>The message with the changes; null where there are none.</summary>
    public SerializedHubMessage? Update => field ??= changes.Count == 0 ? null : MakeUpdate(changes);

    /// <summary>A message with these calls.</summary>
    public SerializedHubMessage MakeUpdate(IReadOnlyCollection<MonitoredCall> calls)
    {
        var open = calls.Where(call => call.Session.Status.IsOpen).ToList();
        var ended = calls.Where(call => !call.Session.Status.IsOpen).ToList();
        return Serialize(new MonitoredCallsBody(Reset: false, at, MonitoredCallBody.Of(open), MonitoredCallBody.Of(ended)));
    }

    private List<SerializedHubMessage> MakeList(IReadOnlyCollection<MonitoredCall> calls)
    {
        var chunks = calls.Count == 0 ? [[]] : calls.Chunk(ChunkSize).ToList();
        return chunks.ConvertAll(chunk => Serialize(new MonitoredCallsBody(
            Reset: chunk == chunks[0],
            at,
            MonitoredCallBody.Of(chunk),
            Ended: [],
            Complete: chunk == chunks[^1],
            Share: sample == CallSample.All ? null : sample.Share)));
    }

    private static SerializedHubMessage Serialize(MonitoredCallsBody body) => new(new InvocationMessage(MonitorHub.CallsEvent, [body]));
}
