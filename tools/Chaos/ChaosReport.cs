using System.Text.Json;
using Fayo.Calls.Chaos.Plan;
using Fayo.Calls.Chaos.Records;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Chaos;

/// <summary>Prints what a run will do and what it has found.</summary>
internal static class ChaosReport
{
    private const int MaxTimelines = 20;

    /// <summary>Prints the size of the plan.</summary>
    public static Task PrintPlanAsync(ChaosPlan plan)
    {
        var connections = plan.Faults.Count(fault => fault.IsOfConnection);
        var database = plan.Faults.Count(fault => fault.IsOfDatabase);
        var kills = plan.Faults.Count - connections - database;
        return Console.Out.WriteLineAsync(
            $"seed {plan.Seed}: {plan.Users.Count} users make {plan.Calls.Count} calls in {plan.Length.TotalSeconds:0} s, "
            + $"with {connections} faults of connections, {database} of the database and {kills} kills");
    }

    /// <summary>Prints how often what happened.</summary>
    public static async Task PrintCountsAsync(RunObservations observations)
    {
        foreach (var (what, count) in observations.Counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            await Console.Out.WriteLineAsync($"{count,8}  {what}");
        }
    }

    /// <summary>Prints the violations of each call and, of the first 20 calls, the timeline.</summary>
    public static async Task PrintViolationsAsync(IReadOnlyList<RecordedCall> calls, IReadOnlyList<Violation> violations)
    {
        var colors = TerminalColors.ForConsole();
        var timelines = 0;
        foreach (var group in violations.GroupBy(violation => violation.CallId))
        {
            await Console.Out.WriteLineAsync($"\n{colors.Bold(group.Key ?? "no call")}");
            foreach (var violation in group)
            {
                await Console.Out.WriteLineAsync($"  {violation.What}");
            }

            if (calls.FirstOrDefault(recorded => recorded.Call.Id == group.Key) is { } found && timelines++ < MaxTimelines)
            {
                var timeline = JsonSerializer.SerializeToElement(found.Timeline, CallView.Json);
                await Console.Out.WriteAsync(TimelineTable.Format(timeline, colors));
            }
        }
    }
}
