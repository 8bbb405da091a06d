using System.CommandLine;
using System.Security.Cryptography;
using Fayo.Calls.Chaos.Plan;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Chaos;

/// <summary>
/// <c>chaos</c>: makes random calls over bad connections to a service that is killed now and then and whose database is
/// disturbed, and checks afterwards that the service's records agree with what its clients were told. Bounded in number and time.
/// </summary>
internal static class ChaosCommand
{
    private const int DefaultMinutes = 3;
    private const int DefaultUsers = 30;
    private const int SeedRange = 1_000_000;

    private static readonly Option<string?> Base =
        Options.Text("--base", "URL", "A service on this machine that runs already; it is not killed.");

    private static readonly Option<string?> Silo =
        Options.Text("--silo", "ASSEMBLY", "Fayo.Calls.Silo.dll, to start a service that may be killed. Its settings are the environment.");

    private static readonly Option<string?> Postgres = Options.Text(
        "--postgres", "FOLDER", "With --silo: the folder of the PostgreSQL behind it (scripts/postgres.sh), which may be disturbed.");

    private static readonly Option<bool> NoDatabaseFaults =
        new("--no-database-faults") { Description = "Does not disturb the database." };

    private static readonly Option<string?> LogFile = Options.Text("--log", "FILE", "With --silo: where to write the service's log.");

    private static readonly Option<int?> Minutes =
        Options.Number("--minutes", 1, 60, $"How long calls are made. [default: {DefaultMinutes}]");

    private static readonly Option<int?> Seconds = Options.Number("--seconds", 5, 3600, "How long calls are made; instead of --minutes.");

    private static readonly Option<int?> Seed =
        Options.Number("--seed", 0, int.MaxValue, "Repeats the plan of an earlier run. [default: random]");

    private static readonly Option<int?> Users = Options.Number("--users", 2, 1000, $"How many users there are. [default: {DefaultUsers}]");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "chaos",
            "Makes random calls over bad connections, kills the service, disturbs its database, and checks its records afterwards.")
        {
            Base, Silo, Postgres, NoDatabaseFaults, LogFile, Minutes, Seconds, Seed, Users,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static Task RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Options.RefuseBoth(parsed, Minutes, Seconds);
        Options.RefuseBoth(parsed, Base, Silo);
        Options.RefuseBoth(parsed, Base, Postgres);
        var silo = parsed.GetValue(Silo);
        var address = parsed.GetValue(Base);
        if (silo is null && address is null)
        {
            throw new UsageException("Name the service: --base URL for one that runs, or --silo ASSEMBLY to start one.");
        }

        var length = parsed.GetValue(Seconds) is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromMinutes(parsed.GetValue(Minutes) ?? DefaultMinutes);
        var seed = parsed.GetValue(Seed) ?? RandomNumberGenerator.GetInt32(SeedRange);
        var postgres = parsed.GetValue(NoDatabaseFaults) ? null : parsed.GetValue(Postgres);
        var users = parsed.GetValue(Users) ?? DefaultUsers;
        var plan = ChaosPlan.Make(seed, users, length, kills: silo is not null, databaseFaults: postgres is not null);
        return RunAsync(plan, ServiceAddress.ReadLoopback(address), silo, postgres, parsed.GetValue(LogFile), cancellationToken);
    }

    /// <exception cref="CommandFailedException">Something is wrong with the service, and was printed.</exception>
    private static async Task RunAsync(
        ChaosPlan plan, Uri service, string? silo, string? postgres, string? logFile, CancellationToken cancellationToken)
    {
        await ChaosReport.PrintPlanAsync(plan);

        await using var database = postgres is null ? null : await DatabaseServer.FindAsync(postgres);
        await using var log = logFile is null ? null : TextWriter.Synchronized(File.CreateText(logFile));
        await using var process = silo is null ? null : new ServiceProcess(silo, service, log);
        if (process is not null)
        {
            await process.StartAsync(cancellationToken);
        }

        var name = RandomNumberGenerator.GetHexString(6, lowercase: true);
        using var run = new ChaosRun(plan, name, service, JwtSigner.FromEnvironment(), process, database);
        var (calls, violations) = await run.RunAsync(cancellationToken);
        await ChaosReport.PrintCountsAsync(run.Observations);
        await ChaosReport.PrintViolationsAsync(calls, violations);
        var sum = $"{run.Observations.Acknowledged.Count} calls acknowledged, {calls.Count} on record, {violations.Count} violations";
        if (violations.Count > 0)
        {
            throw new CommandFailedException($"seed {plan.Seed}: {sum}.");
        }

        await Console.Out.WriteLineAsync($"seed {plan.Seed}: {sum}");
    }
}
