using Fayo.Calls.Bench.Comparing;
using Fayo.Calls.Tools.Measuring;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Comparing;

public class ServerSummaryTests
{
    [Fact]
    public void Figures_are_medians_of_the_turns_of_a_server()
    {
        Turn[] turns = [MakeTurn("service", 1, 900, 1.0), MakeTurn("service", 2, 100, 5.0), MakeTurn("service", 3, 800, 1.2)];

        var summary = Assert.Single(ServerSummary.Of(turns));

        Assert.Equal(800, summary.CallsPerSecond);
        Assert.Equal(1.2, summary.ServerCpu);
        Assert.Equal(0, summary.FailedSteps);
    }

    [Fact]
    public void Ratios_are_medians_of_the_ratios_within_each_round()
    {
        // The second round was slow for both.
        var summaries = ServerSummary.Of(
        [
            MakeTurn("floor", 1, 1000, 0.5), MakeTurn("service", 1, 500, 1.0),
            MakeTurn("floor", 2, 100, 5.0), MakeTurn("service", 2, 50, 15.0),
            MakeTurn("floor", 3, 1000, 1.0), MakeTurn("service", 3, 500, 4.0),
        ]);

        Assert.Equal(["floor", "service"], summaries.Select(summary => summary.Server));
        Assert.Equal(1, summaries[0].CpuToFloor);
        Assert.Equal(3, summaries[1].CpuToFloor);
        Assert.Null(summaries[1].CpuToPeer);
        Assert.Null(summaries[1].CallsToPeer);
    }

    [Fact]
    public void The_median_of_an_even_number_of_turns_lies_in_the_middle_of_two()
    {
        Assert.Equal(2.5, Medians.Of([4, 1, 2, 3]));
        Assert.Throws<ArgumentException>(() => Medians.Of([]));
    }

    [Fact]
    public void The_table_has_a_row_for_each_server_and_tells_which_steps_failed()
    {
        var failed = MakeTurn("service", 1, 1234.4, 1.0) with { Errors = new Dictionary<string, int> { ["token: timeout"] = 2 } };
        var lines = CompareTable.Format(ServerSummary.Of([MakeTurn("peer", 1, 617.2, 2.0), failed])).Split('\n');

        Assert.Equal(4, lines.Length);
        Assert.Single(lines.Select(line => line.Length).Distinct());
        Assert.StartsWith("| service (2 steps failed) | 1,234 ", lines[3], StringComparison.Ordinal);
        Assert.Contains("| 1.00 + 0.00 ", lines[3], StringComparison.Ordinal);
        Assert.Contains("| 0.50        | 2.00 ", lines[3], StringComparison.Ordinal);
    }

    private static Turn MakeTurn(string server, int round, double callsPerSecond, double cpu) =>
        new(server, round, callsPerSecond, new Percentiles(1, 1, 1, 1, 1), cpu, 0, 100, 0, new Dictionary<string, int>());
}
