using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>Where staff watch. Viewers only listen.</summary>
internal sealed class MonitorHub : Hub
{
    /// <summary>Where the hub is.</summary>
    public const string Path = "/ws/monitor";

    /// <summary>What tells of calls.</summary>
    public const string CallsEvent = "monitor_calls";

    /// <summary>What tells the numbers.</summary>
    public const string SummaryEvent = "monitor_summary";
}
