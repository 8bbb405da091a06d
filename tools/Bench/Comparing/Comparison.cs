using Fayo.Calls.Bench.Calls;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Bench.Comparing;

/// <summary>
/// Runs several servers on this machine, each with a PostgreSQL of its own, drives the same calls against them in turn, and prints what
/// was measured.
/// </summary>
/// <param name="options">What is compared, and how.</param>
/// <param name="signer">Signs the users' JWTs.</param>
internal sealed class Comparison(CompareOptions options, JwtSigner signer)
{
    /// <summary>Runs all rounds. Everything that was started is stopped at the end, whatever happens.</summary>
    /// <exception cref="CommandFailedException">A server does not start, ends by itself, or takes no calls.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var servers = new List<RunningServer>();
        try
        {
            foreach (var server in options.Servers)
            {
                servers.Add(await RunningServer.StartAsync(server, options.Workspace, cancellationToken));
            }

            await PrintSummaryAsync(await RunRoundsAsync(servers, cancellationToken));
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    private async Task<List<Turn>> RunRoundsAsync(List<RunningServer> servers, CancellationToken cancellationToken)
    {
        var turns = new List<Turn>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var server in servers)
            {
                turns.Add(await RunTurnAsync(server, round, cancellationToken));
            }
        }

        return turns;
    }

    private async Task<Turn> RunTurnAsync(RunningServer server, int round, CancellationToken cancellationToken)
    {
        var load = options.Load with
        {
            BySocketIo = server.Server.BySocketIo,
            WarmupCalls = round == 1 ? options.WarmupCalls : 0,
            ServerProcessId = server.ProcessId,
            PostgresProcessId = server.PostgresProcessId,
        };
        var result = await DriveAsync(server, load, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await server.EnsureRunsAsync();
        if (result.Calls == 0)
        {
            var errors = string.Join(", ", result.Errors.Keys);
            throw new CommandFailedException($"No call of the {server.Server.Name} came to its end ({errors}).");
        }

        var turn = Turn.Of(server.Server.Name, round, load, result);
        await PrintTurnAsync(turn, load, result);
        return turn;
    }

    private async Task<LoadResult> DriveAsync(RunningServer server, LoadOptions load, CancellationToken cancellationToken)
    {
        try
        {
            return await new CallLoad(load, server.Address, signer).RunAsync(cancellationToken);
        }
        catch (CommandFailedException failure)
        {
            // Why the server has ended says more than that nobody can connect to it.
            await server.EnsureRunsAsync();
            throw new CommandFailedException($"The {server.Server.Name} takes no calls. {failure.Message}");
        }
    }

    private Task PrintTurnAsync(Turn turn, LoadOptions load, LoadResult result)
    {
        if (!options.Json)
        {
            return Console.Error.WriteLineAsync(CompareTable.Describe(turn));
        }

        var line = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["kind"] = "compare",
            ["server"] = turn.Server,
            ["round"] = turn.Round,
        };
        foreach (var (name, value) in CallBenchmark.Describe(load, result))
        {
            line.TryAdd(name, value);
        }

        return JsonLine.PrintAsync(line);
    }

    private async Task PrintSummaryAsync(List<Turn> turns)
    {
        var summaries = ServerSummary.Of(turns);
        if (!options.Json)
        {
            await Console.Out.WriteLineAsync(CompareTable.Format(summaries));
            return;
        }

        foreach (var summary in summaries)
        {
            await JsonLine.PrintAsync(Describe(summary));
        }
    }

    private static Dictionary<string, object> Describe(ServerSummary summary)
    {
        var line = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["kind"] = "compare_medians",
            ["server"] = summary.Server,
            ["calls_per_s"] = Math.Round(summary.CallsPerSecond, 1),
            ["invite_p50_ms"] = Math.Round(summary.InviteP50, 2),
            ["invite_p99_ms"] = Math.Round(summary.InviteP99, 2),
            ["server_cpu_ms_per_call"] = Math.Round(summary.ServerCpu, 3),
            ["postgres_cpu_ms_per_call"] = Math.Round(summary.PostgresCpu, 3),
            ["server_rss_mb"] = Math.Round(summary.Memory, 1),
            ["disturbed_pct"] = Math.Round(summary.Disturbed),
            ["failed_steps"] = summary.FailedSteps,
        };
        AddRatio("cpu_to_floor", summary.CpuToFloor);
        AddRatio("cpu_to_peer", summary.CpuToPeer);
        AddRatio("calls_to_peer", summary.CallsToPeer);
        return line;

        void AddRatio(string name, double? ratio)
        {
            if (ratio is { } known)
            {
                line[name] = Math.Round(known, 3);
            }
        }
    }
}
