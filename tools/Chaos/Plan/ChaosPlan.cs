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
    /// <summary>Makes a plan.</summary>
    /// <param name="seed">The seed of its random choices.</param>
    /// <param name="users">How many users there are, at least 2.</param>
    /// <param name="length">How long it takes.</param>
    /// <param name="kills">True where the service may be killed.</param>
    public static ChaosPlan Make(int seed, int users, TimeSpan length, bool kills)
    {
        var random = new SeededRandom(seed);
        var devices = Enumerable.Range(0, users).Select(_ => MakeDevices(random)).ToList();
        return new ChaosPlan(seed, length, devices, MakeCalls(random, devices, length), MakeFaults(random, devices, length, kills));
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

        return [.. faults.OrderBy(fault => fault.At)];
    }
}
