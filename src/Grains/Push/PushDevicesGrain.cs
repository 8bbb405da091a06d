using Fayo.Calls.Grains.Push.Addresses;
using Fayo.Calls.Grains.Users;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Push;

/// <inheritdoc cref="IPushDevicesGrain"/>
internal sealed class PushDevicesGrain(
    [PersistentState(PushDevicesGrain.StateName, UserDevicesGrain.StorageName)] IPersistentState<PushDevicesState> state,
    IUserReachability reachability,
    IPushAddresses addresses,
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
        // First of all: if what follows fails, nobody is pushed by this address, rather than somebody who has left it.
        var (registeredAt, formerUser) = PushAddress.Of(device) is { } address
            ? await addresses.TakeAsync(address, UserId, device.DeviceId, CancellationToken.None)
            : (clock.GetUtcNow(), null);
        var kept = device with { RegisteredAt = registeredAt };
        var before = state.State.Devices;
        state.State.Put(kept);
        await Write();
        await Release(before);
        if (formerUser is not null && formerUser != UserId)
        {
            _ = TellFormerUser(formerUser);
        }

        return kept;
    }

    public async Task<IReadOnlyList<PushDevice>> List()
    {
        await RemoveThoseOfOthers();
        return state.State.Devices;
    }

    public async Task Remove(string deviceId)
    {
        var before = state.State.Devices;
        if (state.State.TryRemove(deviceId))
        {
            await Write();
            await Release(before);
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

    /// <summary>
    /// Forgets devices that somebody has registered since, as another user or by another name. This is looked up whenever the devices are
    /// listed, so that it does not matter whether this grain has been told. A device that was registered before owners were kept, or by a
    /// silo of a release that does not keep them, is this user's until it is registered again.
    /// </summary>
    private async Task RemoveThoseOfOthers()
    {
        string[] known = [.. state.State.Devices.Select(PushAddress.Of).OfType<string>()];
        if (known.Length == 0)
        {
            return;
        }

        var owners = await addresses.FindOwnersAsync(known, CancellationToken.None);
        var lost = state.State.Devices.Where(device => PushAddress.Of(device) is { } address
            && owners.TryGetValue(address, out var owner)
            && owner.RegisteredAt > device.RegisteredAt
            && (owner.UserId, owner.DeviceId) != (UserId, device.DeviceId)).ToList();
        if (lost.Count > 0)
        {
            lost.ForEach(device => state.State.TryRemove(device.DeviceId));
            await Write();
            lost.ForEach(device => logger.DeviceTaken(UserId, device.DeviceId));
        }
    }

    /// <summary>Has the grain of the user before forget the device, so that lists do not show it any longer.</summary>
    private async Task TellFormerUser(string formerUser)
    {
        try
        {
            await GrainFactory.GetPushDevices(formerUser).List();
        }
        catch (Exception e)
        {
            // It finds out when its devices are listed the next time, which is before they are pushed.
            logger.FormerUserNotTold(formerUser, e.GetType().Name);
        }
    }

    /// <summary>Forgets the addresses of devices that are not kept any more.</summary>
    private async Task Release(IReadOnlyList<PushDevice> before)
    {
        var kept = state.State.Devices.Select(PushAddress.Of).ToHashSet();
        foreach (var device in before)
        {
            if (PushAddress.Of(device) is not { } address || kept.Contains(address))
            {
                continue;
            }

            try
            {
                await addresses.ReleaseAsync(address, UserId, device.DeviceId, CancellationToken.None);
            }
            catch (CallStoreUnavailableException e)
            {
                // A row that says nothing any more. It goes with the user, or when somebody registers the address.
                logger.AddressNotReleased(UserId, device.DeviceId, e.Message);
            }
        }
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
