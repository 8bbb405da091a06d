namespace Fayo.Calls.Grains.Users;

/// <inheritdoc cref="IUserDevicesGrain"/>
internal sealed class UserDevicesGrain(
    [PersistentState(UserDevicesGrain.StateName, UserDevicesGrain.StorageName)] IPersistentState<UserDevicesState> state,
    TimeProvider clock) : Grain, IUserDevicesGrain
{
    /// <summary>The name of the storage provider for what is kept of users.</summary>
    public const string StorageName = "users";

    private const string StateName = "user";

    public async Task Add(string deviceId)
    {
        if (!state.State.TryAdd(deviceId, clock.GetUtcNow()))
        {
            return;
        }

        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // What is in memory is not what is stored: the next activation reads it again.
            DeactivateOnIdle();
            throw;
        }
    }

    public Task<IReadOnlyList<UserDevice>> List() => Task.FromResult(state.State.Devices);
}
