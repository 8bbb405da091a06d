using System.CommandLine;
using System.Globalization;
using Fayo.Calls.Scale.Model;
using Fayo.Calls.Scale.Run;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Scale;

/// <summary>
/// <c>bench --scale</c>: prints what calls cost in clusters of different sizes, then plays a large cluster in which a silo is lost and
/// another one joins. Nothing runs but the model: no service, no database, no clock.
/// </summary>
internal static class ScaleCommand
{
    private const int DefaultSilos = 100;
    private const int DefaultUsers = 10_000_000;
    private const int DefaultCalls = 20_000;

    /// <summary>How many users a member of staff has on the screen.</summary>
    private const int PageSize = 50;

    /// <summary>Says which of the benchmarks it is; there is no other one here.</summary>
    private static readonly Option<bool> Scale =
        new("--scale") { Description = "Computes it for clusters; needs no service.", Required = true };

    private static readonly Option<int?> Silos =
        Options.Number("--silos", 2, 1000, $"How many silos there are. [default: {DefaultSilos}]");

    private static readonly Option<int?> Users =
        Options.Number("--users", 1000, 20_000_000, $"How many users are connected. [default: {DefaultUsers}]");

    private static readonly Option<int?> Calls =
        Options.Number("--calls", 1, 50_000, $"How many calls begin in a second. [default: {DefaultCalls}]");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("bench", "Computes what clusters of many silos do, and plays a large one on virtual time.")
        {
            Scale, Silos, Users, Calls,
        };
        command.SetAction(parsed => Print(
            new ScaleSettings(
                parsed.GetValue(Silos) ?? DefaultSilos,
                parsed.GetValue(Users) ?? DefaultUsers,
                parsed.GetValue(Calls) ?? DefaultCalls)));
        return command;
    }

    private static void Print(ScaleSettings settings)
    {
        PrintActivities();
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{settings.Silos} silos, {settings.Users} connected users, {settings.CallsPerSecond} calls/s:"));
        Console.WriteLine("| phase | seconds | messages/s | of a silo: mean | of a silo: most | grain calls/s | of a partition: most |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var phase in new ScaleRun(settings).Play())
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {phase.Name} | {phase.Seconds:F1} | {phase.Messages:F0} | {phase.SentBySilo:F0} | {phase.MaxSentBySilo:F0} " +
                $"| {phase.GrainCalls:F0} | {phase.MaxCallsOfPartition:F0} |"));
        }
    }

    private static void PrintActivities()
    {
        int[] sizes = [1, 2, 4, 8, 16, 32, 64, 100];
        var costs = sizes.ToDictionary(size => size, size => new ActivityModel(size, PageSize).Predict());
        Console.WriteLine($"Calls of grains / messages between silos, by the number of silos (a page has {PageSize} users):");
        Console.WriteLine($"| what | {string.Join(" | ", sizes)} |");
        Console.WriteLine($"|---|{string.Concat(sizes.Select(_ => "---|"))}");
        foreach (var activity in Enum.GetValues<Activity>())
        {
            var cells = sizes.Select(size => costs[size][activity]).Select(cost => string.Create(
                CultureInfo.InvariantCulture, $"{cost.GrainCalls:F1} / {cost.Messages:F1}"));
            Console.WriteLine($"| {activity} | {string.Join(" | ", cells)} |");
        }
    }
}
