namespace Fayo.Calls.Scale.Model;

/// <summary>
/// Predicts what single activities cost on average, as <c>tests/Cluster/Scale</c> plays them: connections on all silos alike, caller and
/// callee on different silos, and requests of REST at any silo.
/// </summary>
internal sealed class ActivityModel
{
    /// <summary>Each ring is another one: with few silos the places on one ring are far from equal.</summary>
    private const int Rings = 20;
    private const int PairsOfRing = 100;

    private readonly Random _random = new(Seed: 14);
    private readonly int _silos;
    private readonly int _pageSize;

    /// <param name="silos">How many silos there are.</param>
    /// <param name="pageSize">How many users there are on a page.</param>
    public ActivityModel(int silos, int pageSize) => (_silos, _pageSize) = (silos, pageSize);

    /// <summary>The average calls of grains and messages between silos, by what is done.</summary>
    public IReadOnlyDictionary<Activity, (double GrainCalls, double Messages)> Predict()
    {
        var costs = Enum.GetValues<Activity>().ToDictionary(activity => activity, _ => (GrainCalls: 0.0, Messages: 0.0));
        for (var ring = 0; ring < Rings; ring++)
        {
            foreach (var (activity, cost) in PlayOnOneRing())
            {
                var sum = costs[activity];
                costs[activity] = (sum.GrainCalls + (cost.GrainCalls / Rings), sum.Messages + (cost.Messages / Rings));
            }
        }

        return costs;
    }

    private Dictionary<Activity, (double GrainCalls, double Messages)> PlayOnOneRing()
    {
        var cluster = new SimulatedCluster(_silos, _silos, _random);
        var service = new ServiceModel(cluster, _silos, 4 * PairsOfRing);
        var first = Enumerable.Range(0, 2 * PairsOfRing).ToArray();
        var second = Enumerable.Range(2 * PairsOfRing, 2 * PairsOfRing).ToArray();
        for (var partition = 0; partition < service.Directory.Calls.Length; partition++)
        {
            foreach (var silo in cluster.Alive)
            {
                service.Directory.Report(silo, partition);
            }
        }

        var costs = new Dictionary<Activity, (double, double)>
        {
            [Activity.Connect] = Measure(first, user => service.Connect(user, SiloFor(user))),
            [Activity.WarmCall] = Measure(first.Chunk(2), pair => Call(pair, pair[0])),
            [Activity.AbsenceCheck] = Measure(first, user => service.CheckAbsence(cluster.AnySilo, user)),
            [Activity.PresencePage] = Measure(
                first, _ => service.ReadPresence(cluster.AnySilo, _random.GetItems(first, _pageSize).Distinct().ToList())),
        };
        foreach (var user in second)
        {
            service.Connect(user, SiloFor(user));
        }

        foreach (var user in first.Concat(second))
        {
            service.Deactivate(user);
        }

        costs[Activity.ColdCall] = Measure(second.Chunk(2), pair => Call(pair, pair[0]));
        costs[Activity.Disconnect] = Measure(first, service.Disconnect);
        return costs;

        // Those of a pair are at different silos, where there are several.
        int SiloFor(int user) => ((user / 2) + (user % 2 == 0 || _silos == 1 ? 0 : 1 + (user / 2 / _silos % (_silos - 1)))) % _silos;

        void Call(int[] pair, int number)
        {
            service.Create(number, cluster.AnySilo, pair[1]);
            foreach (var from in new[] { service.SiloOf(pair[1]), cluster.AnySilo, cluster.AnySilo, cluster.AnySilo })
            {
                service.Change(number, from, pair[0], pair[1]);
            }
        }

        (double GrainCalls, double Messages) Measure<TCase>(IEnumerable<TCase> cases, Action<TCase> play)
        {
            cluster.Tally.Clear();
            var count = 0;
            foreach (var one in cases)
            {
                play(one);
                count++;
            }

            return ((double)cluster.Tally.GrainCalls / count, (double)cluster.Tally.Messages / count);
        }
    }
}
