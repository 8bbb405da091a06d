namespace Fayo.Calls;

/// <summary>Places the grains of new calls.</summary>
public interface ICallPlacement
{
    /// <summary>
    /// Places the grain of a new call on this silo, where it is placed in any case, but without the search for it on other silos. Does
    /// nothing while this silo takes no grains.
    /// </summary>
    /// <param name="call">A call whose id has just been made, so that nobody can have asked for its grain.</param>
    void PlaceHere(ICallSessionGrain call);
}
