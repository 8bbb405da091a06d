namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>
/// A clock by which nothing that was sent is given up because the machine stands still for some seconds: timers of half a second and more
/// take a hundred times as long. What is done instead of what was given up would be counted too.
/// </summary>
public sealed class PatientClock : TimeProvider
{
    private const int Factor = 100;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(500);

    private volatile bool _isPatient;

    /// <summary>Whether timers that start now take longer. They do not while silos join, for which Orleans waits here and there.</summary>
    public bool IsPatient
    {
        get => _isPatient;
        set => _isPatient = value;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, _isPatient && dueTime >= ShortestTimeout ? dueTime * Factor : dueTime, period);
}
