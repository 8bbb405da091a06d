namespace Fayo.Calls.Storage.Database;

/// <summary>
/// This machine's clock, corrected by the database's. All silos write times into the same rows and compare them with each other's, so they
/// all use the one clock that they share.
/// </summary>
/// <remarks>Time stamps and timers are those of the machine: only the time of day is corrected. Safe to use from any thread.</remarks>
/// <param name="machine">The machine's clock.</param>
public sealed class DatabaseClock(TimeProvider machine) : TimeProvider
{
    /// <summary>A smaller difference is not corrected: the measurement is not more precise, and time should not jump.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(20);

    /// <summary>An answer that took longer says too little about the database's clock, unless it is far off.</summary>
    private static readonly TimeSpan MaxRoundTrip = TimeSpan.FromMilliseconds(200);

    private long _offset;
    private bool _isSet;

    /// <summary>How far the database's clock is ahead of this machine's; negative where it is behind.</summary>
    public TimeSpan Offset => new(Interlocked.Read(ref _offset));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + Offset;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>The machine's own time, to measure with.</summary>
    internal DateTimeOffset GetMachineTime() => machine.GetUtcNow();

    /// <summary>Corrects the clock.</summary>
    /// <param name="databaseTime">What the database's clock said.</param>
    /// <param name="asked">The machine's time when it was asked.</param>
    /// <param name="roundTrip">How long the answer took.</param>
    internal void Set(DateTimeOffset databaseTime, DateTimeOffset asked, TimeSpan roundTrip)
    {
        var offset = databaseTime - (asked + (roundTrip / 2));
        var correction = (offset - Offset).Duration();
        // The answer was on its way for half of the time, more or less. Silos whose clocks agree must not be driven apart by that.
        var uncertainty = roundTrip / 2 > Tolerance ? roundTrip / 2 : Tolerance;
        if (correction > uncertainty && (!_isSet || roundTrip < MaxRoundTrip || correction > roundTrip))
        {
            Interlocked.Exchange(ref _offset, offset.Ticks);
        }

        _isSet = true;
    }
}
