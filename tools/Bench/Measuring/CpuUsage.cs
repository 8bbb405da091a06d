using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Bench.Measuring;

/// <summary>CPU time in seconds.</summary>
/// <param name="Server">Of the service; 0 where its process is unknown.</param>
/// <param name="Postgres">Of PostgreSQL; 0 where its process is unknown.</param>
/// <param name="Driver">Of this process.</param>
/// <param name="Busy">Of everything on this machine.</param>
/// <param name="Stolen">That other guests of the same host took.</param>
internal sealed record CpuUsage(double Server, double Postgres, double Driver, double Busy, double Stolen)
{
    /// <summary>Reads what has been used until now.</summary>
    public static CpuUsage Read(int? serverProcessId, int? postgresProcessId)
    {
        var (busy, stolen) = ProcessUsage.MachineSeconds();
        return new CpuUsage(
            ProcessUsage.CpuSeconds(serverProcessId),
            ProcessUsage.CpuSeconds(postgresProcessId),
            ProcessUsage.CpuSeconds(Environment.ProcessId),
            busy,
            stolen);
    }

    /// <summary>What was used between two readings.</summary>
    public static CpuUsage operator -(CpuUsage later, CpuUsage earlier) => new(
        later.Server - earlier.Server,
        later.Postgres - earlier.Postgres,
        later.Driver - earlier.Driver,
        later.Busy - earlier.Busy,
        later.Stolen - earlier.Stolen);
}
