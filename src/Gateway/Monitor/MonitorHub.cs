using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>The hub where staff watch all calls. Viewers only receive.</summary>
internal sealed class MonitorHub : Hub
{
    /// <summary>The path of the hub.</summary>
    public const string Path = "/ws/monitor";

    /// <summary>The name of the messages about calls.</summary>
    public const string CallsEvent = "monitor_calls";

    /// <summary>The name of the messages with the numbers.</summary>
    public const string SummaryEvent = "monitor_summary";
}
