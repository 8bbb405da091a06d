namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>The numbers of the monitor. Those outside <c>minutes</c> cover the last hour. Null means unknown.</summary>
internal sealed record MonitorSummaryBody(
    DateTimeOffset At,
    OpenCountBody Open,
    double? AnsweredPerMinute,
    double? MissedShare,
    AnswerTime AnswerTime,
    IReadOnlyDictionary<string, int> EndReasons,
    IReadOnlyList<MinuteBody> Minutes,
    IReadOnlyList<SiloBody> Silos);

/// <summary>How many calls are open.</summary>
internal sealed record OpenCountBody(int Total, int Pending, int Ringing, int Answered, int Active);

/// <summary>What happened in one minute.</summary>
internal sealed record MinuteBody(DateTimeOffset At, int Created, int Answered, int Missed, int Ended, int? P50Ms, int? P95Ms);

/// <summary>A silo. A silo that does not answer is shown without numbers.</summary>
internal sealed record SiloBody(
    string Address, string? Name, string Status, DateTimeOffset? Since, SiloGrainsBody? Grains, int? Connections, int? Users);

/// <summary>How many grains a silo has in memory.</summary>
internal sealed record SiloGrainsBody(int Calls, int Users, int Total);
