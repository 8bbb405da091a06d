namespace Fayo.Calls.Grains.Calls;

/// <summary>The time as calls record it.</summary>
internal static class ClockExtensions
{
    /// <summary>The time, UTC, in whole milliseconds, as on the wire and in the database: what is read equals what was written.</summary>
    public static DateTimeOffset GetUtcMilliseconds(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}
