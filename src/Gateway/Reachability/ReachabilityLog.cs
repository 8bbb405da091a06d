using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Reachability;

/// <summary>What is logged of users who do not want to be called.</summary>
internal static partial class ReachabilityLog
{
    [LoggerMessage(
        LogLevel.Warning, "Call {CallId} could not be taken away from the devices of a user who has blocked its initiator: {Reason}.")]
    public static partial void RingNotTakenAway(this ILogger logger, string callId, string reason);
}
