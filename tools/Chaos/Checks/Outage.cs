namespace Fayo.Calls.Chaos.Checks;

/// <summary>A time in which the service or its database was down, as this program measured it.</summary>
/// <param name="From">When it was about to be taken down.</param>
/// <param name="Until">When the service was ready again, or the database could be used again.</param>
internal sealed record Outage(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Whether it was the database. Connections to the service outlive that.</summary>
    public bool IsOfDatabase { get; init; }

    /// <summary>Until when something may take that is to be done at a time.</summary>
    /// <param name="due">When it is to be done.</param>
    /// <param name="grace">How long it may take, and how long it may take after an outage that it falls into.</param>
    /// <param name="outages">The outages, in any order.</param>
    public static DateTimeOffset FindLatest(DateTimeOffset due, TimeSpan grace, IEnumerable<Outage> outages)
    {
        var latest = due + grace;
        foreach (var outage in outages.OrderBy(outage => outage.From))
        {
            if (outage.From <= latest && outage.Until + grace > latest)
            {
                latest = outage.Until + grace;
            }
        }

        return latest;
    }
}
