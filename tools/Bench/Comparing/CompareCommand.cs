using System.CommandLine;
using Fayo.Calls.Bench.Calls;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Bench.Comparing;

/// <summary><c>compare</c>, behind <c>./fayo bench --compare</c>: the service beside the peer and the floor.</summary>
internal static class CompareCommand
{
    private const int CannotRun = 2;

    private const int DefaultRounds = 4;
    private const int DefaultSeconds = 10;
    private const int DefaultWarmup = 2;
    private const int DefaultWarmupCalls = 5000;
    private const int DefaultConcurrency = 32;
    private const int DefaultUsers = 1000;

    private static readonly string[] Names = [ComparedServer.Peer, ComparedServer.Floor, ComparedServer.Service];

    private static readonly Option<int?> Rounds =
        Options.Number("--rounds", 1, 100, $"How often each server has its turn. [default: {DefaultRounds}]");

    private static readonly Option<int?> Seconds =
        Options.Number("--seconds", 1, 120, $"How long to measure in each turn. [default: {DefaultSeconds}]");

    private static readonly Option<int?> Warmup =
        Options.Number("--warmup", 0, 60, $"How many seconds to drive before measuring in each turn. [default: {DefaultWarmup}]");

    private static readonly Option<int?> WarmupCalls = Options.Number(
        "--warmup-calls", 0, 100_000, $"How many calls each server gets before its first turn. [default: {DefaultWarmupCalls}]");

    private static readonly Option<int?> Concurrency =
        Options.Number("--concurrency", 1, 256, $"How many calls are under way at any time. [default: {DefaultConcurrency}]");

    private static readonly Option<int?> Rate =
        Options.Number("--rate", 1, 10_000, "How many calls begin in a second, however the server does; instead of --concurrency.");

    private static readonly Option<int?> Users =
        Options.Number("--users", 1, 20_000, $"How many pairs of users take turns. [default: {DefaultUsers}]");

    private static readonly Option<string?> Only =
        Options.Text("--only", "NAMES", $"Some of {string.Join(',', Names)}, separated by commas. [default: all]");

    private static readonly Option<bool> Json =
        new("--json") { Description = "Prints a line of JSON for each turn, and one with the medians of each server." };

    private static readonly Option<string?> Workspace =
        Options.Text("--workspace", "FOLDER", "Where the databases are made; any user must be able to enter it.");

    private static readonly Option<string?> PeerProgram = Options.Text("--peer", "FILE", "bench/peer.mjs, beside its packages.");

    private static readonly Option<string?> FloorProgram = Options.Text("--floor", "FILE", "The built Fayo.Calls.Floor.dll.");

    private static readonly Option<string?> Silo = Options.Text("--silo", "FILE", "The built Fayo.Calls.Silo.dll.");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("compare", "Drives whole calls against the service, a peer and a floor in turn; prints a table.")
        {
            Rounds, Seconds, Warmup, WarmupCalls, Concurrency, Rate, Users, Only, Json, Workspace, PeerProgram, FloorProgram, Silo,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = Read(parsed);
        try
        {
            await new Comparison(options, JwtSigner.FromEnvironment()).RunAsync(cancellationToken);
            return 0;
        }
        catch (CommandFailedException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return CannotRun;
        }
    }

    private static CompareOptions Read(ParseResult parsed)
    {
        Options.RefuseBoth(parsed, Concurrency, Rate);
        var load = new LoadOptions
        {
            Concurrency = parsed.GetValue(Concurrency) ?? DefaultConcurrency,
            Rate = parsed.GetValue(Rate),
            Users = parsed.GetValue(Users) ?? DefaultUsers,
            Measured = TimeSpan.FromSeconds(parsed.GetValue(Seconds) ?? DefaultSeconds),
            Warmup = TimeSpan.FromSeconds(parsed.GetValue(Warmup) ?? DefaultWarmup),
        };
        if (load.Users < load.Concurrency)
        {
            throw new UsageException("--users must be at least --concurrency: nobody is in two calls at once.");
        }

        return new CompareOptions
        {
            Servers = ReadServers(parsed),
            Rounds = parsed.GetValue(Rounds) ?? DefaultRounds,
            Load = load,
            WarmupCalls = parsed.GetValue(WarmupCalls) ?? DefaultWarmupCalls,
            Workspace = Required(parsed, Workspace),
            Json = parsed.GetValue(Json),
        };
    }

    private static List<ComparedServer> ReadServers(ParseResult parsed)
    {
        var only = parsed.GetValue(Only)?.Split(',') ?? Names;
        if (Array.Find(only, name => !Names.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new UsageException($"{Only.Name} takes some of {string.Join(", ", Names)}, not '{unknown}'.");
        }

        return [.. Names.Where(name => only.Contains(name, StringComparer.Ordinal)).Select(name => name switch
        {
            ComparedServer.Peer => new ComparedServer(name, ["node", RequiredFile(parsed, PeerProgram)], BySocketIo: true),
            ComparedServer.Floor => new ComparedServer(name, ["dotnet", RequiredFile(parsed, FloorProgram)]),
            _ => new ComparedServer(name, ["dotnet", RequiredFile(parsed, Silo)]),
        })];
    }

    private static string RequiredFile(ParseResult parsed, Option<string?> option)
    {
        var file = Required(parsed, option);
        return File.Exists(file) ? file : throw new UsageException($"{option.Name} names no file: {file}.");
    }

    private static string Required(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { Length: > 0 } value ? value : throw new UsageException($"{option.Name} is required.");
}
