using System.Security.Cryptography;
using System.Text.Json;
using Fayo.Calls.Cli.Chaos.Ledger;
using Fayo.Calls.Cli.Chaos.Plan;

namespace Fayo.Calls.Cli.Chaos;

/// <summary><c>chaos</c>: random calls over bad connections to a service that is killed now and then, and then the books are checked.</summary>
internal static class ChaosCommand
{
    private const int DefaultUsers = 30;
    private const int TimelinesShown = 20;

    /// <summary>Runs it; bounded in number and time.</summary>
    /// <exception cref="UsageException">An option is wrong.</exception>
    /// <exception cref="CommandFailedException">Something is wrong with the service, and was printed.</exception>
    public static Task RunAsync(ReadOnlySpan<string> words, CancellationToken cancellationToken)
    {
        var arguments = Arguments.Parse(words, "minutes", "seconds", "seed", "users", "base", "silo", "log");
        arguments.ExpectNoPlainWords();
        var minutes = arguments.Number("minutes", 1, 60);
        var seconds = arguments.Number("seconds", 5, 3600);
        if (minutes is not null && seconds is not null)
        {
            throw new UsageException("--minutes and --seconds exclude each other.");
        }

        var silo = arguments.Text("silo");
        if (silo is null == arguments.Text("base") is null)
        {
            throw new UsageException("Say which service: either --base URL for one that runs, or --silo ASSEMBLY for one of its own.");
        }

        var length = seconds is { } given ? TimeSpan.FromSeconds(given) : TimeSpan.FromMinutes(minutes ?? 3);
        var seed = arguments.Number("seed", 0, int.MaxValue) ?? RandomNumberGenerator.GetInt32(1_000_000);
        var plan = ChaosPlan.Make(seed, arguments.Number("users", 2, 1000) ?? DefaultUsers, length, kills: silo is not null);
        return RunAsync(plan, ServiceAddress.ReadLoopback(arguments.Text("base")), silo, arguments.Text("log"), cancellationToken);
    }

    private static async Task RunAsync(ChaosPlan plan, Uri service, string? silo, string? logFile, CancellationToken cancellationToken)
    {
        var kills = plan.Faults.Count(fault => fault.Kind == FaultKind.Kill);
        await Console.Out.WriteLineAsync(
            $"seed {plan.Seed}: {plan.Users.Count} users make {plan.Calls.Count} calls in {plan.Length.TotalSeconds:0} s, with {plan.Faults.Count - kills} faults of connections and {kills} kills");

        await using var log = logFile is null ? null : TextWriter.Synchronized(File.CreateText(logFile));
        await using var process = silo is null ? null : new ServiceProcess(silo, service, log);
        if (process is not null)
        {
            await process.StartAsync(cancellationToken);
        }

        using var run = new ChaosRun(plan, RandomNumberGenerator.GetHexString(6, lowercase: true), service, JwtSigner.FromEnvironment(), process);
        var (calls, violations) = await run.RunAsync(cancellationToken);
        foreach (var (what, count) in run.Tally.Counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            await Console.Out.WriteLineAsync($"{count,8}  {what}");
        }

        await TellAsync(calls, violations);
        var sum = $"{run.Tally.Acknowledged.Count} calls acknowledged, {calls.Count} on record, {violations.Count} violations";
        if (violations.Count > 0)
        {
            throw new CommandFailedException($"seed {plan.Seed}: {sum}.");
        }

        await Console.Out.WriteLineAsync($"seed {plan.Seed}: {sum}");
    }

    private static async Task TellAsync(IReadOnlyList<LedgerCall> calls, IReadOnlyList<Violation> violations)
    {
        var paint = Paint.ForConsole();
        var shown = 0;
        foreach (var group in violations.GroupBy(violation => violation.CallId))
        {
            await Console.Out.WriteLineAsync($"\n{paint.Strong(group.Key ?? "no call")}");
            foreach (var violation in group)
            {
                await Console.Out.WriteLineAsync($"  {violation.What}");
            }

            if (calls.FirstOrDefault(ledger => ledger.Call.Id == group.Key) is { } found && shown++ < TimelinesShown)
            {
                await Console.Out.WriteAsync(TimelineTable.Format(JsonSerializer.SerializeToElement(found.Timeline, CallView.Json), paint));
            }
        }
    }
}
