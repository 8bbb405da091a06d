namespace Fayo.Calls.Chaos.Checks;

/// <summary>A time in which the service was down.</summary>
/// <param name="From">When it was killed.</param>
/// <param name="Until">When it was ready again.</param>
internal sealed record Outage(DateTimeOffset From, DateTimeOffset Until);
