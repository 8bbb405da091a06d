namespace Fayo.Calls;

/// <summary>
/// Keeps the devices of a user that are registered for push. A grain of its own: the user's grain reads nothing from the database, and
/// what <see cref="IUserDevicesGrain"/> keeps is written back by silos of the release before, which would leave this out.
/// The key is <c>user:</c> and the id.
/// </summary>
/// <remarks>Every method fails with the exception of the database's driver while the database cannot be reached.</remarks>
[Alias("Fayo.IPushDevicesGrain")]
public interface IPushDevicesGrain : IGrainWithStringKey
{
    /// <summary>
    /// Keeps a device, in place of the one with the same name. A device of another user, or of another name, with the same token or
    /// subscription is forgotten.
    /// </summary>
    /// <param name="device">The device; when it was registered is set here.</param>
    /// <returns>The device as it is kept.</returns>
    [Alias("Register")]
    Task<PushDevice> Register(PushDevice device);

    /// <summary>The devices that are kept, the one registered longest ago first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<PushDevice>> List();

    /// <summary>Forgets a device. Not an error where there is none of that name.</summary>
    /// <param name="deviceId">The device.</param>
    [Alias("Remove")]
    Task Remove(string deviceId);

    /// <summary>Notes what a push service has answered. Written with the next change, or when the grain leaves memory.</summary>
    /// <param name="device">The device that was pushed. Where it has been registered anew since, nothing is noted.</param>
    /// <param name="answer">What was answered.</param>
    /// <param name="isGone">The push service does not know the device any more, so it is forgotten.</param>
    [Alias("NotePushed")]
    Task NotePushed(PushDevice device, string answer, bool isGone);
}
