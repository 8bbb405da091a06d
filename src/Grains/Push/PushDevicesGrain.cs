using Fayo.Calls.Grains.Users;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Push;

/// <inheritdoc cref="IPushDevicesGrain"/>
internal sealed class PushDevicesGrain(
    [PersistentState(PushDevicesGrain.StateName, UserDevicesGrain.StorageName)] IPersistentState<PushDevicesState> state,
    IUserReachability reachability,
    TimeProvider clock,
    ILogger<PushDevicesGrain> logger) : Grain, IPushDevicesGrain
{
    private const string StateName = "push";

    /// <summary>Something is noted in memory that is not written.</summary>
    private bool _hasNotes;

    private string UserId => this.GetPrimaryKeyString()[GrainFactoryExtensions.UserKeyPrefix.Length..];

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (!_hasNotes)
        {
            return;
        }

        try
        {
            await state.WriteStateAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // What the push service has answered last is lost, or the user was erased. The devices themselves are stored.
            logger.NotesNotWritten(UserId, e.GetType().Name);
        }
    }

    public async Task<PushDevice> Register(PushDevice device)
    {
        var kept = device with { RegisteredAt = clock.GetUtcNow() };
        state.State.Put(kept);
        await Write();
        return kept;
    }

    public Task<IReadOnlyList<PushDevice>> List() => Task.FromResult(state.State.Devices);

    public async Task Remove(string deviceId)
    {
        if (state.State.TryRemove(deviceId))
        {
            await Write();
        }
    }

    public async Task NotePushed(PushDevice device, string answer, bool isGone)
    {
        var kept = state.State.Devices.FirstOrDefault(other => other.DeviceId == device.DeviceId);
        if (kept?.RegisteredAt != device.RegisteredAt)
        {
            return;
        }

        if (isGone)
        {
            await Remove(device.DeviceId);
            logger.DeviceGone(UserId, device.DeviceId, answer);
            return;
        }

        state.State.Note(kept with { LastPushedAt = clock.GetUtcNow(), LastAnswer = answer });
        _hasNotes = true;
    }

    private async Task Write()
    {
        try
        {
            await state.WriteStateAsync();
            _hasNotes = false;
        }
        catch
        {
            // What is in memory is not what is stored: the next activation reads it again.
            _hasNotes = false;
            DeactivateOnIdle();
            throw;
        }

        try
        {
            await reachability.NotePushDevicesAsync(UserId, state.State.Devices.Count, CancellationToken.None);
        }
        catch (CallStoreUnavailableException e)
        {
            // Only what lists of users show. It is put right with the next change.
            logger.DevicesNotCounted(UserId, e.Message);
        }
    }
}
