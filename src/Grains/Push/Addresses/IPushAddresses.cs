namespace Fayo.Calls.Grains.Push.Addresses;

/// <summary>Keeps whose device a push address is: of whoever registered it last, whatever silo that was on.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface IPushAddresses
{
    /// <summary>Gives an address to a user's device and takes it away from any other.</summary>
    /// <param name="address">The address, as <see cref="PushAddress.Of"/> makes it.</param>
    /// <param name="userId">The user.</param>
    /// <param name="deviceId">The device.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Since when it is that device's, later than for any owner before; and the user whose it was, where there was one.</returns>
    Task<(DateTimeOffset RegisteredAt, string? FormerUserId)> TakeAsync(
        string address, string userId, string deviceId, CancellationToken cancellationToken);

    /// <summary>Whose some addresses are.</summary>
    /// <returns>By address; those that nobody has taken are not in it.</returns>
    Task<IReadOnlyDictionary<string, PushAddressOwner>> FindOwnersAsync(
        IReadOnlyList<string> addresses, CancellationToken cancellationToken);

    /// <summary>Forgets an address, where it still is that of a user's device.</summary>
    Task ReleaseAsync(string address, string userId, string deviceId, CancellationToken cancellationToken);
}
