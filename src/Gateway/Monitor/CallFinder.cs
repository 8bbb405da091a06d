using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>Asks the silos where calls are.</summary>
internal sealed class CallFinder(ISilos silos, IMonitorServiceClient services, TimeProvider time, ILogger<CallFinder> logger)
{
    /// <summary>How long a silo may take to say which calls it has.</summary>
    private static readonly TimeSpan SiloWithin = TimeSpan.FromSeconds(1);

    /// <summary>The calls with the silo that each is on, as far as the silos say.</summary>
    public async Task<IReadOnlyList<MonitoredCall>> FindAsync(IReadOnlyList<MonitoredCall> calls)
    {
        if (calls.Count == 0)
        {
            return calls;
        }

        string[] ids = [.. calls.Select(call => call.Session.Id)];
        var found = await Task.WhenAll(silos.List().Keys.Select(silo => AskAsync(silo, ids)));
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

    private async Task<(SiloAddress Silo, IReadOnlyList<string> CallIds)> AskAsync(SiloAddress silo, string[] ids)
    {
        try
        {
            return (silo, await services.At(silo).Find(ids).WaitAsync(SiloWithin, time));
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            logger.SiloSilent(silo.ToParsableString(), e.GetType().Name);
            return (silo, []);
        }
    }
}
