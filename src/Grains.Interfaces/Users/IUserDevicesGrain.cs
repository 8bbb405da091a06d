namespace Fayo.Calls;

/// <summary>
/// Keeps the devices of a user. A grain of its own beside <see cref="IUserGrain"/>: its state is read when it activates, and
/// connecting must not read anything. The key is <c>user:</c> and the id.
/// </summary>
/// <remarks>Every method fails with the exception of the database's driver while the database cannot be reached.</remarks>
[Alias("Fayo.IUserDevicesGrain")]
public interface IUserDevicesGrain : IGrainWithStringKey
{
    /// <summary>Keeps a device that has rung. Nothing is written where it is kept already.</summary>
    /// <param name="deviceId">The device, as the client named it.</param>
    [Alias("Add")]
    Task Add(string deviceId);

    /// <summary>The devices that are kept, oldest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<UserDevice>> List();
}
