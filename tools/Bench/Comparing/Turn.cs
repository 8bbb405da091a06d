using Fayo.Calls.Bench.Calls;
using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Bench.Comparing;

/// <summary>What was measured in one turn of one server.</summary>
/// <param name="Server">The server's name.</param>
/// <param name="Round">The number of the round, from 1.</param>
/// <param name="CallsPerSecond">How many calls ended in a second.</param>
/// <param name="Invite">How long invitations took, in milliseconds.</param>
/// <param name="ServerCpu">Milliseconds of CPU time that the server took per call.</param>
/// <param name="PostgresCpu">Milliseconds of CPU time that its PostgreSQL took per call.</param>
/// <param name="Memory">The server's memory at the end, in megabytes.</param>
/// <param name="Disturbed">The share of the machine that other programs took, in percent.</param>
/// <param name="Errors">How often a step of a call failed, by step and reason.</param>
internal sealed record Turn(
    string Server,
    int Round,
    double CallsPerSecond,
    Percentiles Invite,
    double ServerCpu,
    double PostgresCpu,
    double Memory,
    double Disturbed,
    IReadOnlyDictionary<string, int> Errors)
{
    private const double BytesPerMegabyte = 1048576;

    /// <summary>Milliseconds of CPU time per call, of server and PostgreSQL together.</summary>
    public double Cpu => ServerCpu + PostgresCpu;

    /// <summary>Makes a turn of what the driver has measured.</summary>
    public static Turn Of(string server, int round, LoadOptions options, LoadResult result) => new(
        server,
        round,
        result.Calls / options.Measured.TotalSeconds,
        result.InviteTimes,
        result.PerCall(result.Usage.Server),
        result.PerCall(result.Usage.Postgres),
        ProcessUsage.ResidentBytes(options.ServerProcessId) / BytesPerMegabyte,
        result.DisturbedPercent(options.Measured),
        result.Errors);
}
