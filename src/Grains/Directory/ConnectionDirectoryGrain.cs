namespace Fayo.Calls.Grains.Directory;

/// <inheritdoc cref="IConnectionDirectoryGrain"/>
[KeepAlive]
internal sealed class ConnectionDirectoryGrain(ISiloStatusOracle silos, TimeProvider clock) : Grain, IConnectionDirectoryGrain
{
    /// <summary>
    /// How long a report counts: more than two reports of a silo that has no changes. Where two grains of one partition exist for a moment,
    /// as they may while silos die, the one that is not reported to does not answer wrongly for long.
    /// </summary>
    public static readonly TimeSpan ReportValidity = TimeSpan.FromSeconds(75);

    private readonly Dictionary<SiloAddress, SiloUsers> _reported = [];

    public Task<bool> Report(ConnectionReport report)
    {
        if (!_reported.TryGetValue(report.Silo, out var users))
        {
            ForgetDeadSilos();
            users = _reported[report.Silo] = new SiloUsers();
        }

        if (report.Number >= users.LastNumber)
        {
            users.Apply(report.Arrived, report.Left);
            users.IsComplete = users.Fingerprint == report.Fingerprint;
            users.LastNumber = report.Number;
            users.ReportedAt = clock.GetTimestamp();
        }

        return Task.FromResult(users.IsComplete);
    }

    public Task Replace(SiloAddress silo, IReadOnlyList<string> userIds, long number)
    {
        if (!_reported.TryGetValue(silo, out var known) || number >= known.LastNumber)
        {
            var users = new SiloUsers { IsComplete = true, LastNumber = number, ReportedAt = clock.GetTimestamp() };
            users.Apply(userIds, []);
            _reported[silo] = users;
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SiloAddress>> Find(IReadOnlyList<string> userIds)
    {
        var found = new List<SiloAddress>();
        foreach (var (silo, users) in _reported)
        {
            if ((!IsCertain(users) || userIds.Any(users.Contains)) && !silos.IsDeadSilo(silo))
            {
                found.Add(silo);
            }
        }

        found.AddRange(silos.GetActiveSilos().Where(silo => !_reported.ContainsKey(silo)));
        return Task.FromResult<IReadOnlyList<SiloAddress>>(found);
    }

    private bool IsCertain(SiloUsers users) => users.IsComplete && clock.GetElapsedTime(users.ReportedAt) < ReportValidity;

    private void ForgetDeadSilos()
    {
        foreach (var silo in _reported.Keys.Where(silos.IsDeadSilo).ToList())
        {
            _reported.Remove(silo);
        }
    }
}
