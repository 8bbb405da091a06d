using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Push;

/// <summary>Makes the <see cref="CallPusher"/> of each call's grain.</summary>
/// <param name="sender">Sends the pushes.</param>
/// <param name="credentials">Makes what devices ask about calls with.</param>
/// <param name="options">How long calls ring.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Logs devices that could not be listed.</param>
internal sealed class CallPushers(
    IPushSender sender, PushCredentials credentials, CallOptions options, TimeProvider clock, ILogger<CallPusher> logger)
{
    /// <summary>Makes the pusher of a call; null where no push service is configured, so that a call then costs nothing more.</summary>
    /// <param name="grain">The call's grain.</param>
    /// <param name="grains">Finds the grains that keep devices.</param>
    /// <param name="committed">Reads the call as it was last committed.</param>
    public CallPusher? Create(IGrainBase grain, IGrainFactory grains, Func<CallState?> committed) =>
        sender.IsOn ? new CallPusher(grain, grains, sender, credentials, committed, options, clock, logger) : null;
}
