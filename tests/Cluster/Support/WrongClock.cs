namespace Fayo.Calls.Tests.Cluster.Support;

/// <summary>A clock that is wrong, and runs as fast as any other.</summary>
public sealed class WrongClock(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
