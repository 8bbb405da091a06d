namespace Fayo.Calls.Gateway.Monitor;

/// <summary>Asks the silos on which of them the grains of calls are active.</summary>
internal sealed class CallFinder(ISilos silos, IMonitorServiceClient services)
{
    /// <summary>The calls, each with its silo where one says so.</summary>
    public async Task<IReadOnlyList<MonitoredCall>> FindAsync(IReadOnlyList<MonitoredCall> calls)
    {
        if (calls.Count == 0)
        {
            return calls;
        }

        string[] ids = [.. calls.Select(call => call.Session.Id)];
        var found = await silos.AskAsync(silos.List().Keys, silo => services.At(silo).Find(ids));
        var places = new Dictionary<string, SiloAddress>(StringComparer.Ordinal);
        foreach (var (silo, there) in found)
        {
            foreach (var id in there)
            {
                places[id] = silo;
            }
        }

        return [.. calls.Select(call => call with { Silo = places.GetValueOrDefault(call.Session.Id) })];
    }
}
