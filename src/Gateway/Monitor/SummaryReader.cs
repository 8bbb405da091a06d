using Fayo.Calls.Gateway.Json.Bodies;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>Reads the numbers of the monitor.</summary>
internal sealed class SummaryReader(IClusterMonitor cluster)
{
    /// <summary>Reads the numbers.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task<MonitorSummaryBody> ReadAsync()
    {
        var summary = await cluster.SummarizeAsync();
        return Compose(summary.Calls, [.. summary.Silos.Select(Describe)]);
    }

    /// <summary>Makes the body of the statistics.</summary>
    internal static MonitorSummaryBody Compose(CallStatistics statistics, IReadOnlyList<SiloBody> silos)
    {
        var open = statistics.Open;
        var ended = statistics.Minutes.Sum(minute => minute.Ended);
        return new MonitorSummaryBody(
            statistics.At,
            new OpenCountBody(open.Total, open.Pending, open.Ringing, open.Answered, open.Active),
            AnsweredPerMinute(statistics),
            ended == 0 ? null : Math.Round((double)statistics.Minutes.Sum(minute => minute.Missed) / ended, 4),
            statistics.AnswerTime,
            statistics.EndReasons.ToDictionary(pair => WireNames.Of(pair.Key), pair => pair.Value, StringComparer.Ordinal),
            [.. statistics.Minutes.Select(minute => new MinuteBody(
                minute.At,
                minute.Created,
                minute.Answered,
                minute.Missed,
                minute.Ended,
                minute.AnswerTime.P50Ms,
                minute.AnswerTime.P95Ms))],
            silos);
    }

    /// <summary>The answers of the last sixty seconds: those of the running minute, and a share of those of the minute before.</summary>
    private static double? AnsweredPerMinute(CallStatistics statistics)
    {
        if (statistics.Minutes is not [.., var before, var running])
        {
            return null;
        }

        var share = Math.Clamp((statistics.At - running.At).TotalMinutes, 0, 1);
        return Math.Round(running.Answered + (before.Answered * (1 - share)), 1);
    }

    /// <summary>A silo that does not answer is shown without its numbers.</summary>
    private static SiloBody Describe(SiloSummary silo) => new(
        silo.Address.ToParsableString(),
        silo.Report?.Name,
        silo.Status.ToString(),
        silo.Report?.Since,
        silo.Report is { } report ? new SiloGrainsBody(report.CallGrains, report.UserGrains, report.Grains) : null,
        silo.Report?.Sockets.Connections,
        silo.Report?.Sockets.Users);
}
