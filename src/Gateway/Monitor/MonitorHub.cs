using Fayo.Calls.Gateway.Auth;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

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

/// <summary>Makes viewers of connections.</summary>
internal sealed class MonitorLifetime(
    MonitorWatch watch, GatewaySettings settings, TimeProvider time, ILogger<MonitorLifetime> log, ILogger<DefaultHubLifetimeManager<MonitorHub>> logger)
    : DefaultHubLifetimeManager<MonitorHub>(logger)
{
    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);
        var viewer = new Viewer(connection, connection.User.Caller.UserId, settings.SendTimeout, time, log);
        connection.Features.Set(viewer);
        watch.Add(viewer);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        if (connection.Features.Get<Viewer>() is { } viewer)
        {
            watch.Remove(viewer);
        }

        return base.OnDisconnectedAsync(connection);
    }
}
