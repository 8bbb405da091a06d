using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fayo.Calls.Scale.Model;

/// <summary>
/// Silos, their grains, and what is sent when one grain calls another: the way of Orleans' messages, without the messages.
/// </summary>
internal sealed class SimulatedCluster
{
    /// <summary>How long users' and calls' grains stay in memory without a call, in seconds of virtual time.</summary>
    public const double CollectionAge = 120;

    private readonly Dictionary<GrainKey, Activation> _activations = [];
    private readonly KnownGrains[] _known;
    private readonly List<int> _alive;
    private readonly bool[] _isAlive;
    private readonly Random _random;
    private GrainRing _ring;

    /// <param name="silos">How many silos there are.</param>
    /// <param name="maxSilos">How many there may be with those that join.</param>
    /// <param name="random">Places what may be anywhere.</param>
    public SimulatedCluster(int silos, int maxSilos, Random random)
    {
        _random = random;
        _alive = [.. Enumerable.Range(0, silos)];
        _isAlive = [.. Enumerable.Range(0, maxSilos).Select(silo => silo < silos)];
        _ring = new GrainRing(_alive, random);
        _known = [.. Enumerable.Range(0, maxSilos).Select(_ => new KnownGrains())];
        Tally = new Tally(maxSilos);
    }

    /// <summary>What has been done.</summary>
    public Tally Tally { get; }

    /// <summary>The silos that live.</summary>
    public IReadOnlyList<int> Alive => _alive;

    /// <summary>Virtual time, in seconds.</summary>
    public double Now { get; set; }

    /// <summary>Any silo.</summary>
    public int AnySilo => _alive[_random.Next(_alive.Count)];

    /// <summary>A grain is called.</summary>
    /// <param name="from">The silo of whoever calls.</param>
    /// <param name="grain">The grain.</param>
    /// <param name="isNew">Whether it came into memory for that.</param>
    /// <returns>The silo where the grain is.</returns>
    public int Call(int from, GrainKey grain, out bool isNew)
    {
        var silo = Find(from, grain, out isNew);
        Tally.GrainCalls++;
        Tally.Exchange(from, silo);
        return silo;
    }

    /// <summary>Whether a grain is in memory at a silo. It does not count as used.</summary>
    public bool IsAt(int silo, GrainKey grain) =>
        _activations.TryGetValue(grain, out var activation) && activation.Silo == silo && Now - activation.UsedAt <= CollectionAge;

    /// <summary>The grain service of a silo is called. A silo that asks itself needs no call.</summary>
    public void CallService(int from, int silo)
    {
        if (from != silo)
        {
            Tally.GrainCalls++;
            Tally.Exchange(from, silo);
        }
    }

    /// <summary>
    /// A grain leaves memory, and its entry the directory. Silos that know where it was, its own among them, are not told.
    /// </summary>
    public void Deactivate(GrainKey grain)
    {
        if (_activations.Remove(grain, out var activation))
        {
            Tally.Exchange(activation.Silo, _ring.OwnerOf(grain.Hash));
        }
    }

    /// <summary>
    /// A silo is lost, with its grains. Those whose directory entries it kept leave memory too: Orleans does not know them any more.
    /// </summary>
    /// <returns>The partitions that are lost.</returns>
    public IReadOnlyList<int> Lose(int silo)
    {
        var lost = _activations.Where(one => one.Value.Silo == silo || _ring.OwnerOf(one.Key.Hash) == silo).Select(one => one.Key).ToList();
        foreach (var grain in lost)
        {
            _activations.Remove(grain);
        }

        _alive.Remove(silo);
        _isAlive[silo] = false;
        _ring = _ring.Without(silo);
        return [.. lost.Where(grain => grain.Kind == GrainKind.Partition).Select(grain => grain.Number)];
    }

    /// <summary>A silo joins. Directory entries move to it with a few large messages, which are not counted.</summary>
    public void Join(int silo)
    {
        _alive.Add(silo);
        _isAlive[silo] = true;
        _ring = _ring.With(silo, _random);
    }

    /// <summary>
    /// Where a grain is, as Orleans finds out: a silo remembers for a while where grains are, and so does the one that keeps the directory
    /// entry. A silo that is called for a grain that is nowhere takes it into memory.
    /// </summary>
    private int Find(int from, GrainKey grain, out bool isNew)
    {
        isNew = false;
        if (_activations.TryGetValue(grain, out var known) && grain.Kind != GrainKind.Partition && Now - known.UsedAt > CollectionAge)
        {
            Deactivate(grain);
        }

        ref var activation = ref CollectionsMarshal.GetValueRefOrNullRef(_activations, grain);
        var isActive = !Unsafe.IsNullRef(ref activation);
        var isKnown = _known[from].TryFind(grain, out var remembered) && _isAlive[remembered];
        if (isActive)
        {
            activation.UsedAt = Now;
            if (isKnown && activation.Silo != remembered)
            {
                // The silo that had it once passes the call on.
                Tally.Exchange(from, remembered);
            }
            else if (!isKnown)
            {
                Tally.Exchange(from, _ring.OwnerOf(grain.Hash));
            }

            _known[from].Add(grain, activation.Silo);
            return activation.Silo;
        }

        isNew = true;
        var owner = _ring.OwnerOf(grain.Hash);
        if (!isKnown)
        {
            Tally.Exchange(from, owner);
        }

        var place = isKnown ? remembered : Place(from, grain);
        _activations[grain] = new Activation { Silo = place, UsedAt = Now };
        Tally.Exchange(place, owner);
        _known[place].Add(grain, place);
        _known[owner].Add(grain, place);
        _known[from].Add(grain, place);
        return place;
    }

    /// <summary>
    /// Users' and calls' grains prefer the silo of whoever calls them; Orleans places others by load, which is about the same everywhere.
    /// </summary>
    private int Place(int from, GrainKey grain) => grain.Kind == GrainKind.Partition ? AnySilo : from;

    [StructLayout(LayoutKind.Auto)]
    private record struct Activation
    {
        public int Silo { get; init; }

        public double UsedAt { get; set; }
    }
}
