using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Bench.Comparing;

/// <summary>The medians of all turns of a server, and its ratios to the others.</summary>
/// <param name="Server">The server's name.</param>
/// <param name="CallsPerSecond">How many calls ended in a second.</param>
/// <param name="InviteP50">The median time of an invitation, in milliseconds.</param>
/// <param name="InviteP99">The 99th percentile of the times of invitations, in milliseconds.</param>
/// <param name="ServerCpu">Milliseconds of CPU time that the server took per call.</param>
/// <param name="PostgresCpu">Milliseconds of CPU time that its PostgreSQL took per call.</param>
/// <param name="Memory">The server's memory, in megabytes.</param>
/// <param name="Disturbed">The share of the machine that other programs took, in percent.</param>
/// <param name="CpuToFloor">CPU time per call, of both, as a multiple of the floor's; null where the floor had no turn.</param>
/// <param name="CpuToPeer">The same as a multiple of the peer's; null where the peer had no turn.</param>
/// <param name="CallsToPeer">Calls a second as a multiple of the peer's; null where the peer had no turn.</param>
/// <param name="FailedSteps">How often a step of a call failed, in all turns.</param>
internal sealed record ServerSummary(
    string Server,
    double CallsPerSecond,
    double InviteP50,
    double InviteP99,
    double ServerCpu,
    double PostgresCpu,
    double Memory,
    double Disturbed,
    double? CpuToFloor,
    double? CpuToPeer,
    double? CallsToPeer,
    int FailedSteps)
{
    /// <summary>Summarizes all turns, one summary for each server in the order of their turns.</summary>
    public static IReadOnlyList<ServerSummary> Of(IReadOnlyList<Turn> turns) =>
        [.. turns.GroupBy(turn => turn.Server, StringComparer.Ordinal).Select(own => Of(own.Key, [.. own], turns))];

    private static ServerSummary Of(string server, List<Turn> own, IReadOnlyList<Turn> all) => new(
        server,
        Median(own, turn => turn.CallsPerSecond),
        Median(own, turn => turn.Invite.P50),
        Median(own, turn => turn.Invite.P99),
        Median(own, turn => turn.ServerCpu),
        Median(own, turn => turn.PostgresCpu),
        Median(own, turn => turn.Memory),
        Median(own, turn => turn.Disturbed),
        Ratio(own, all, ComparedServer.Floor, turn => turn.Cpu),
        Ratio(own, all, ComparedServer.Peer, turn => turn.Cpu),
        Ratio(own, all, ComparedServer.Peer, turn => turn.CallsPerSecond),
        own.Sum(turn => turn.Errors.Values.Sum()));

    /// <summary>
    /// The median of the ratios within each round. The speed of a machine changes from minute to minute, and the turns of a round lie
    /// next to each other.
    /// </summary>
    private static double? Ratio(List<Turn> own, IReadOnlyList<Turn> all, string other, Func<Turn, double> value)
    {
        var others = all.Where(turn => turn.Server == other).ToDictionary(turn => turn.Round, value);
        return others.Count == 0 ? null : Median(own, turn => value(turn) / others[turn.Round]);
    }

    private static double Median(List<Turn> turns, Func<Turn, double> value) => Medians.Of(turns.Select(value));
}
