namespace Fayo.Calls.Cli.Chaos.Plan;

/// <summary>Everything that will be tried, decided before anything begins: the same seed and size make the same plan.</summary>
/// <param name="Seed">What it was made from.</param>
/// <param name="Length">How long it takes.</param>
/// <param name="Users">For each user, the device behind each of the user's connections; two connections may be of one device.</param>
/// <param name="Calls">Who calls whom when, and what happens then; by time.</param>
/// <param name="Faults">What goes wrong when; by time.</param>
internal sealed record ChaosPlan(
    int Seed,
    TimeSpan Length,
    IReadOnlyList<IReadOnlyList<string>> Users,
    IReadOnlyList<PlannedCall> Calls,
    IReadOnlyList<PlannedFault> Faults)
{
    /// <summary>Makes a plan.</summary>
    /// <param name="seed">Where all that is random in it comes from.</param>
    /// <param name="users">How many users there are, at least 2.</param>
    /// <param name="length">How long it takes.</param>
    /// <param name="kills">True where the service may be killed.</param>
    public static ChaosPlan Make(int seed, int users, TimeSpan length, bool kills)
    {
        var dice = new Dice(seed);
        var devices = Enumerable.Range(0, users).Select(_ => MakeDevices(dice)).ToList();
        return new ChaosPlan(seed, length, devices, MakeCalls(dice, devices, length), MakeFaults(dice, devices, length, kills));
    }

    private static List<string> MakeDevices(Dice dice)
    {
        string[] names = ["phone", "tablet", "panel"];
        var connections = names.Take(dice.Whole(1, names.Length)).ToList();
        if (dice.Chance(0.25))
        {
            connections.Add(dice.OneOf(connections));
        }

        return connections;
    }

    private static List<PlannedCall> MakeCalls(Dice dice, List<List<string>> users, TimeSpan length)
    {
        const double SecondsBetweenCallsOfOneUser = 6;
        var stories = new StoryTeller(dice, users);
        var calls = new List<PlannedCall>();
        var at = TimeSpan.Zero;
        while ((at += dice.Span(0, 2 * SecondsBetweenCallsOfOneUser / users.Count)) < length)
        {
            calls.Add(stories.Tell(calls.Count, at, calls.LastOrDefault()));
        }

        return calls;
    }

    private static List<PlannedFault> MakeFaults(Dice dice, List<List<string>> users, TimeSpan length, bool kills)
    {
        const double SecondsBetweenFaultsOfOneConnection = 15;
        const double SecondsBetweenKills = 25;
        var connections = users.SelectMany((names, user) => names.Select((_, connection) => (User: user, Connection: connection))).ToList();
        var faults = new List<PlannedFault>();
        var at = TimeSpan.Zero;
        while ((at += dice.Span(0, 2 * SecondsBetweenFaultsOfOneConnection / connections.Count)) < length)
        {
            var kind = dice.Pick((5, FaultKind.Drop), (2, FaultKind.Leave), (3, FaultKind.Slow));
            var (user, connection) = dice.OneOf(connections);
            faults.Add(new PlannedFault(at, kind, user, connection, dice.Chance(0.5) ? dice.Span(0, 0.3) : dice.Span(0.3, 5)));
        }

        // One in each stretch of the time, so that every run has some and the service is up in between.
        var count = kills ? Math.Max(1, (int)(length.TotalSeconds / SecondsBetweenKills)) : 0;
        for (var number = 0; number < count; number++)
        {
            faults.Add(new PlannedFault((number + dice.Share(0.25, 0.6)) / count * length, FaultKind.Kill, User: 0, Connection: 0, TimeSpan.Zero));
        }

        return [.. faults.OrderBy(fault => fault.At)];
    }
}

/// <summary>A call that will be made.</summary>
internal sealed record PlannedCall
{
    /// <summary>Its place in the plan; the session's metadata carries it.</summary>
    public required int Number { get; init; }

    /// <summary>When, from the start of the run.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Who calls.</summary>
    public required int Initiator { get; init; }

    /// <summary>Who is called.</summary>
    public required int Recipient { get; init; }

    /// <summary>True where the request carries an Idempotency-Key, and may therefore be repeated.</summary>
    public required bool HasKey { get; init; }

    /// <summary>True where the request is sent twice at the same moment.</summary>
    public required bool Twice { get; init; }

    /// <summary>For each of the recipient's connections: how long after an invitation it acknowledges; null where it never does.</summary>
    public required IReadOnlyList<TimeSpan?> Acknowledgements { get; init; }

    /// <summary>What the participants do; nobody waits for anybody else.</summary>
    public required IReadOnlyList<PlannedStep> Steps { get; init; }
}

/// <summary>What a participant does in a call.</summary>
/// <param name="After">When, from the answer to the request that created the call.</param>
/// <param name="Kind">What.</param>
/// <param name="ByInitiator">True for the initiator, false for the recipient.</param>
/// <param name="Connection">Which of the participant's connections, and with it which device.</param>
/// <param name="OverHub">True where the connection is used if it is there; else it is REST.</param>
/// <param name="Twice">True where it is sent twice at the same moment.</param>
internal sealed record PlannedStep(TimeSpan After, StepKind Kind, bool ByInitiator, int Connection, bool OverHub, bool Twice);

/// <summary>What a participant can do.</summary>
internal enum StepKind
{
    /// <summary>Asks for a token: an answer, or a renewal.</summary>
    Token,

    /// <summary>Sets ACTIVE.</summary>
    Confirm,

    /// <summary>Sets COMPLETED.</summary>
    HangUp,

    /// <summary>Sets CANCELLED: gives up, or declines.</summary>
    Cancel,

    /// <summary>Looks at the call.</summary>
    Look,
}

/// <summary>Something that goes wrong.</summary>
/// <param name="At">When, from the start of the run.</param>
/// <param name="Kind">What.</param>
/// <param name="User">With whose connection.</param>
/// <param name="Connection">With which of them.</param>
/// <param name="Lasts">How long.</param>
internal sealed record PlannedFault(TimeSpan At, FaultKind Kind, int User, int Connection, TimeSpan Lasts);

/// <summary>What can go wrong.</summary>
internal enum FaultKind
{
    /// <summary>The connection is gone without a word.</summary>
    Drop,

    /// <summary>The connection is closed properly.</summary>
    Leave,

    /// <summary>The device takes no messages.</summary>
    Slow,

    /// <summary>The service is killed outright and started again.</summary>
    Kill,
}
