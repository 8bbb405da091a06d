using Orleans.Services;

namespace Fayo.Calls;

/// <summary>The way from any grain to the gateway of one silo: one instance per silo, addressed by the silo.</summary>
/// <remarks>A call to a silo that is gone fails with <see cref="SiloUnavailableException"/>.</remarks>
[Alias("Fayo.IDeliveryService")]
public interface IDeliveryService : IGrainService
{
    /// <summary>See <see cref="IConnectionGateway.Deliver"/>.</summary>
    [Alias("Deliver")]
    Task<IReadOnlyList<string>> Deliver(string userId, UserMessage message);

    /// <summary>See <see cref="IConnectionGateway.Signal"/>.</summary>
    [Alias("Signal")]
    Task<int> Signal(string userId, string? device, CallSignal signal);

    /// <summary>See <see cref="IConnectionGateway.CloseExcess"/>.</summary>
    [Alias("CloseExcess")]
    Task CloseExcess(string userId, string connectionId);

    /// <summary>See <see cref="IConnectionGateway.ListConnections"/>.</summary>
    [Alias("ListConnections")]
    Task<IReadOnlyList<UserConnection>> ListConnections(string userId);

    /// <summary>See <see cref="IConnectionGateway.ListDevices"/>.</summary>
    [Alias("ListDevices")]
    Task<IReadOnlyList<UserDevices>> ListDevices(IReadOnlyList<string> userIds);

    /// <summary>Reads the table of members, unless this silo knows the other one as active already.</summary>
    /// <param name="silo">A silo that has become active.</param>
    /// <returns>Whether this silo knows it as active.</returns>
    [Alias("Recognize")]
    Task<bool> Recognize(SiloAddress silo);
}
