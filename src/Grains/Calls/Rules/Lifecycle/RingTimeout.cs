using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>
/// Until when a call rings. When that time has passed without an answer, the call ends: as unreachable where no device has
/// acknowledged the invitation, else without an answer (see <see cref="Transitions"/>).
/// </summary>
internal static class RingTimeout
{
    /// <summary>The deadline of a new call.</summary>
    public static DateTimeOffset Of(DateTimeOffset createdAt, CallOptions options) => createdAt + options.RingTimeout;

    /// <summary>
    /// The deadline from the first acknowledgement on: a device that has just begun to ring rings for the whole time. It never
    /// rings past twice that time from the creation of the call, however late the acknowledgement comes.
    /// </summary>
    public static DateTimeOffset Restart(CallSession session, DateTimeOffset now, CallOptions options)
    {
        var latest = session.CreatedAt + (2 * options.RingTimeout);
        return now + options.RingTimeout < latest ? now + options.RingTimeout : latest;
    }
}
