using Orleans.Runtime.Services;

namespace Fayo.Calls.Grains.Monitor;

/// <inheritdoc cref="IMonitorServiceClient"/>
internal sealed class MonitorServiceClient(IServiceProvider services) : GrainServiceClient<IMonitorService>(services), IMonitorServiceClient
{
    public IMonitorService At(SiloAddress silo) => GetGrainService(silo);
}
