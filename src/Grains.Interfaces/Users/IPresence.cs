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
