namespace Fayo.Calls.Scale.Model;

/// <summary>Of how many grains a silo remembers where they are. Those that it has known longest are forgotten first.</summary>
internal sealed class KnownGrains
{
    /// <summary>As the host of the service sets it.</summary>
    private const int Capacity = 65_536;

    private readonly Dictionary<GrainKey, int> _silos = [];
    private readonly Queue<GrainKey> _oldest = new();

    public bool TryFind(GrainKey grain, out int silo) => _silos.TryGetValue(grain, out silo);

    public void Add(GrainKey grain, int silo)
    {
        if (!_silos.TryAdd(grain, silo))
        {
            _silos[grain] = silo;
            return;
        }

        _oldest.Enqueue(grain);
        while (_silos.Count > Capacity && _oldest.TryDequeue(out var oldest))
        {
            _silos.Remove(oldest);
        }
    }
}
