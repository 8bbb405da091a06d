using System.Globalization;

namespace Fayo.Calls.Tools.Measuring;

/// <summary>What processes use, from Linux' <c>/proc</c> (proc_pid_stat(5)). Zero where a process is unknown or gone.</summary>
public static class ProcessUsage
{
    // The kernel reports in USER_HZ, which is 100 on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>CPU time of a process and all its descendants, those that have ended included, in seconds.</summary>
    public static double CpuSeconds(int? processId)
    {
        if (processId is null)
        {
            return 0;
        }

        try
        {
            const int UserTime = 11; // user, system, and both for ended children; counted from the field after the name
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var own = fields.Skip(UserTime).Take(4).Sum(Number) / TicksPerSecond;
            var children = File.ReadAllText($"/proc/{processId}/task/{processId}/children");
            return own + children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(child => CpuSeconds((int)Number(child)));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Memory of a process that is in RAM, in bytes.</summary>
    public static long ResidentBytes(int? processId)
    {
        const string Field = "VmRSS:";
        if (processId is null)
        {
            return 0;
        }

        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
            return line is null ? 0 : (long)Number(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>CPU time of the whole machine in seconds: what ran here, and what other guests of the same host took.</summary>
    public static (double Busy, double Stolen) MachineSeconds()
    {
        try
        {
            // cpu user nice system idle iowait irq softirq steal
            var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            double At(int field) => Number(fields[field]) / TicksPerSecond;
            return (At(1) + At(2) + At(3) + At(6) + At(7), At(8));
        }
        catch (IOException)
        {
            return (0, 0);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
