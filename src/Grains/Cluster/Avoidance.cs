namespace Fayo.Calls.Grains.Cluster;

/// <summary>Whether something that did not answer is still to be left alone. May be used by several threads at once.</summary>
/// <param name="duration">For how long it is not asked again.</param>
/// <param name="clock">The clock.</param>
internal sealed class Avoidance(TimeSpan duration, TimeProvider clock)
{
    /// <summary>Until when it is left alone, as the clock's timestamp.</summary>
    private long _until = clock.GetTimestamp();

    /// <summary>True while it is not to be asked.</summary>
    public bool IsInForce => clock.GetTimestamp() < Volatile.Read(ref _until);

    /// <summary>Notes that it did not answer.</summary>
    public void Begin() => Volatile.Write(ref _until, clock.GetTimestamp() + (long)(duration.TotalSeconds * clock.TimestampFrequency));
}
