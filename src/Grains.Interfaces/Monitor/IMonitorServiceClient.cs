using Orleans.Services;

namespace Fayo.Calls;

/// <summary>Finds the <see cref="IMonitorService"/> of a silo.</summary>
public interface IMonitorServiceClient : IGrainServiceClient<IMonitorService>
{
    /// <summary>The monitor service of a silo.</summary>
    IMonitorService At(SiloAddress silo);
}
