using System.CommandLine;
using System.Globalization;
using Fayo.Calls.Attack.Abuses;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Attack;

/// <summary>
/// <c>attack</c>: tries one abuse after another on a service of this machine, beside a normal load, and judges what normal users notice.
/// Bounded in number and time.
/// </summary>
internal static class AttackCommand
{
    private const int DefaultSeconds = 20;
    private const int DefaultRate = 2000;

    private static readonly Option<int?> Seconds =
        Options.Number("--seconds", 1, 120, $"How long each abuse lasts. [default: {DefaultSeconds}]");

    private static readonly Option<string?> Only = Options.Text(
        "--only", "NAMES", $"Only these, separated by commas: {string.Join(", ", AbuseCatalog.All.Select(abuse => abuse.Name))}.");

    private static readonly Option<int?> Rate = Options.Number(
        "--rate", 1, 100_000, $"How many requests, or messages, an abuse sends in a second at most. [default: {DefaultRate}]");

    private static readonly Option<int?> ServerPid =
        Options.Number("--server-pid", 1, int.MaxValue, "The service's process, for its memory. [default: FAYO_PID]");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("attack", "Abuses the service on purpose, and tells what normal users notice.")
        {
            Seconds, Only, Rate, ServerPid,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var length = TimeSpan.FromSeconds(parsed.GetValue(Seconds) ?? DefaultSeconds);
        var run = new AttackRun(ServiceAddress.ReadLoopback(), ServerProcessId(parsed), length, parsed.GetValue(Rate) ?? DefaultRate);
        var results = await run.RunAsync(Choose(parsed.GetValue(Only)), cancellationToken);
        var violations = results.Count(result => result.Violations.Count > 0);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{results.Count} abuses, {violations} violations"));
        if (violations > 0)
        {
            throw new CommandFailedException("Normal users would notice: see the column \"verdict\".");
        }
    }

    private static IReadOnlyList<IAbuse> Choose(string? only)
    {
        if (only is null)
        {
            return AbuseCatalog.All;
        }

        var names = only.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.FirstOrDefault(name => AbuseCatalog.All.All(abuse => abuse.Name != name)) is { } unknown
            ? throw new UsageException($"--only: there is no abuse '{unknown}'.")
            : [.. AbuseCatalog.All.Where(abuse => names.Contains(abuse.Name, StringComparer.Ordinal))];
    }

    private static int ServerProcessId(ParseResult parsed)
    {
        const string Variable = "FAYO_PID";
        return parsed.GetValue(ServerPid)
            ?? (int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                ? pid
                : throw new CommandFailedException($"{Variable} or --server-pid must name the service's process."));
    }
}
