namespace Fayo.Calls.Grains.Push;

/// <summary>A push of one call to one device.</summary>
/// <param name="device">The device.</param>
/// <param name="at">When it began, UTC, whole milliseconds.</param>
internal sealed class SentPush(PushDevice device, DateTimeOffset at)
{
    /// <summary>The device.</summary>
    public PushDevice Device => device;

    /// <summary>When it began.</summary>
    public DateTimeOffset At => at;

    /// <summary>What became of it; null so far as that is not known.</summary>
    public PushResult? Result { get; set; }
}
