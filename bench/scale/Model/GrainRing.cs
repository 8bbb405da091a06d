using System.Net;

namespace Fayo.Calls.Scale.Model;

/// <summary>
/// Which silo keeps the directory entry of a grain, as Orleans' directory decides it: each silo has one place on a ring of hashes, and
/// keeps the entries from there to the next one. The hashes are Orleans' own.
/// </summary>
internal sealed class GrainRing
{
    private const int SiloPort = 11_111;

    private readonly (int Hash, int Silo)[] _places;

    /// <param name="silos">The silos that live.</param>
    /// <param name="random">Chooses the times at which they started: they are part of a silo's hash.</param>
    public GrainRing(IEnumerable<int> silos, Random random)
    {
        _places = [.. silos.Select(silo => (AddressOf(silo, random).GetConsistentHashCode(), silo)).Order()];
    }

    private GrainRing((int Hash, int Silo)[] places) => _places = places;

    /// <summary>The hash of a grain.</summary>
    public static int HashOf(string type, string key) => unchecked((int)GrainId.Create(type, key).GetUniformHashCode());

    /// <summary>The silo that keeps the entry of a grain with this hash.</summary>
    public int OwnerOf(int hash)
    {
        var (low, high) = (0, _places.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _places[middle].Hash <= hash ? (middle + 1, high) : (low, middle);
        }

        // Before the first place it is the last one's: it is a ring.
        return _places[low == 0 ? ^1 : low - 1].Silo;
    }

    /// <summary>The ring without a silo.</summary>
    public GrainRing Without(int silo) => new([.. _places.Where(place => place.Silo != silo)]);

    /// <summary>The ring with another silo.</summary>
    public GrainRing With(int silo, Random random) =>
        new([.. _places.Append((AddressOf(silo, random).GetConsistentHashCode(), silo)).Order()]);

    private static SiloAddress AddressOf(int silo, Random random) =>
        SiloAddress.New(new IPAddress([10, 0, (byte)(silo >> 8), (byte)silo]), SiloPort, random.Next());
}
