namespace Fayo.Calls.Gateway.Monitor;

/// <summary>Tells on which silos the grains of calls are active.</summary>
internal sealed class CallFinder(IClusterMonitor cluster)
{
    /// <summary>The calls, each with its silo where that is known.</summary>
    public async Task<IReadOnlyList<MonitoredCall>> FindAsync(IReadOnlyList<MonitoredCall> calls)
    {
        if (calls.Count == 0)
        {
            return calls;
        }

        var places = await cluster.FindAsync([.. calls.Select(call => call.Session.Id)]);
        return [.. calls.Select(call => call with { Silo = places.GetValueOrDefault(call.Session.Id) })];
    }
}
