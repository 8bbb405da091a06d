using Orleans.Services;

namespace Fayo.Calls;

/// <summary>Finds the <see cref="IDeliveryService"/> of a silo.</summary>
public interface IDeliveryServiceClient : IGrainServiceClient<IDeliveryService>
{
    /// <summary>The delivery service of a silo.</summary>
    IDeliveryService At(SiloAddress silo);
}
