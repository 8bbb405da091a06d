namespace Fayo.Calls.Chaos.Plan;

/// <summary>Everything that a run will do, decided before it begins. The same seed and size make the same plan.</summary>
/// <param name="Seed">The seed of its random choices.</param>
/// <param name="Length">How long it takes.</param>
/// <param name="Users">For each user, the device behind each of the user's connections; two connections may be of one device.</param>
/// <param name="Calls">Who calls whom when, and what the participants do; ordered by time.</param>
/// <param name="Faults">Which faults are injected when; ordered by time.</param>
internal sealed record ChaosPlan(
    int Seed,
    TimeSpan Length,
    IReadOnlyList<IReadOnlyList<string>> Users,
    IReadOnlyList<PlannedCall> Calls,
    IReadOnlyList<PlannedFault> Faults)
{
    private static readonly FaultKind[] DatabaseFaultKinds =
    [
        FaultKind.TerminateSessions,
        FaultKind.ReadOnlyDatabase,
        FaultKind.RestartDatabase,
        FaultKind.PauseSessions,
        FaultKind.PauseDatabase,
    ];

    /// <summary>Makes a plan.</summary>
    /// <param name="seed">The seed of its random choices.</param>
    /// <param name="users">How many users there are, at least 2.</param>
    /// <param name="length">How long it takes.</param>
    /// <param name="kills">True where the service may be killed.</param>
    /// <param name="databaseFaults">True where the database may be disturbed.</param>
    public static ChaosPlan Make(int seed, int users, TimeSpan length, bool kills, bool databaseFaults)
    {
        var random = new SeededRandom(seed);
        var devices = Enumerable.Range(0, users).Select(_ => MakeDevices(random)).ToList();
        var calls = MakeCalls(random, devices, length);
        var faults = MakeFaults(random, devices, length, kills);

        // Last, so that the rest of the plan is the same with them and without them.
        if (databaseFaults)
        {
            faults.AddRange(MakeDatabaseFaults(random, length));
        }

        return new ChaosPlan(seed, length, devices, calls, [.. faults.OrderBy(fault => fault.At)]);
    }

    private static List<string> MakeDevices(SeededRandom random)
    {
        string[] names = ["phone", "tablet", "panel"];
        var connections = names.Take(random.NextInteger(1, names.Length)).ToList();
        if (random.NextBool(0.25))
        {
            connections.Add(random.NextOf(connections));
        }

        return connections;
    }

    private static List<PlannedCall> MakeCalls(SeededRandom random, List<List<string>> users, TimeSpan length)
    {
        const double SecondsBetweenCallsOfOneUser = 6;
        var planner = new CallPlanner(random, users);
        var calls = new List<PlannedCall>();
        var at = TimeSpan.Zero;
        while ((at += random.NextDuration(0, 2 * SecondsBetweenCallsOfOneUser / users.Count)) < length)
        {
            calls.Add(planner.Plan(calls.Count, at, calls.LastOrDefault()));
        }

        return calls;
    }

    private static List<PlannedFault> MakeFaults(SeededRandom random, List<List<string>> users, TimeSpan length, bool kills)
    {
        const double SecondsBetweenFaultsOfOneConnection = 15;
        const double SecondsBetweenKills = 25;
        var connections = users.SelectMany((names, user) => names.Select((_, connection) => (User: user, Connection: connection))).ToList();
        var faults = new List<PlannedFault>();
        var at = TimeSpan.Zero;
        while ((at += random.NextDuration(0, 2 * SecondsBetweenFaultsOfOneConnection / connections.Count)) < length)
        {
            var kind = random.NextWeighted((5, FaultKind.Drop), (2, FaultKind.Close), (3, FaultKind.Slow));
            var (user, connection) = random.NextOf(connections);
            var duration = random.NextBool(0.5) ? random.NextDuration(0, 0.3) : random.NextDuration(0.3, 5);
            faults.Add(new PlannedFault(at, kind, user, connection, duration));
        }

        // The kills are spread over the run, so that every run has some and the service is up in between.
        var count = kills ? Math.Max(1, (int)(length.TotalSeconds / SecondsBetweenKills)) : 0;
        for (var number = 0; number < count; number++)
        {
            var killAt = (number + random.NextDouble(0.25, 0.6)) / count * length;
            faults.Add(new PlannedFault(killAt, FaultKind.Kill, User: 0, Connection: 0, TimeSpan.Zero));
        }

        return faults;
    }

    private static IEnumerable<PlannedFault> MakeDatabaseFaults(SeededRandom random, TimeSpan length)
    {
        const double SecondsBetweenDatabaseFaults = 7;

        // Spread over the run, so that the database is well in between. Every kind comes once before any comes again.
        var count = Math.Max(1, (int)(length.TotalSeconds / SecondsBetweenDatabaseFaults));
        var kinds = new List<FaultKind>();
        for (var number = 0; number < count; number++)
        {
            if (kinds.Count == 0)
            {
                kinds.AddRange(DatabaseFaultKinds);
            }

            var kind = random.NextOf(kinds);
            kinds.Remove(kind);
            var duration = kind switch
            {
                FaultKind.ReadOnlyDatabase => random.NextBool(0.5) ? random.NextDuration(0.05, 1) : random.NextDuration(1, 3),
                FaultKind.PauseSessions or FaultKind.PauseDatabase => random.NextDuration(1, 3),
                _ => TimeSpan.Zero,
            };
            var at = (number + random.NextDouble(0, 0.5)) / count * length;
            yield return new PlannedFault(at, kind, User: 0, Connection: 0, duration);
        }
    }
}
