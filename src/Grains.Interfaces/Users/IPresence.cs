namespace Fayo.Calls;

/// <summary>Who is connected now.</summary>
public interface IPresence
{
    /// <summary>
    /// The devices with which these users are connected, on all silos. A silo that does not answer within a second is left out.
    /// </summary>
    /// <returns>By user id; users without a connection are not in it.</returns>
    Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> ReadDevicesAsync(IReadOnlyList<string> userIds);
}

/// <summary>The devices with which a user is connected to one silo.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Devices">The devices, one for each connection.</param>
[GenerateSerializer, Immutable, Alias("Fayo.UserDevices")]
public sealed record UserDevices([property: Id(0)] string UserId, [property: Id(1)] IReadOnlyList<string> Devices);
