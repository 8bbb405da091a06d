using Orleans.Core.Internal;

namespace Fayo.Calls.Gateway.DataProtection;

/// <summary>Erases a person while the cluster runs.</summary>
internal sealed class PersonEraser(IPersonalData data, IGrainFactory grains)
{
    /// <summary>How often the person's calls are ended: another may be opened meanwhile.</summary>
    private const int MaxRounds = 3;

    /// <summary>How many grains are asked at a time to leave memory.</summary>
    private const int Parallel = 16;

    /// <summary>Ends the person's calls, erases the person, and has grains forget what they knew.</summary>
    /// <param name="userId">The person.</param>
    /// <param name="caller">The member of staff who ends the calls.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many calls were changed, and which calls still have the person's id because they are open.</returns>
    public async Task<(int Changed, IReadOnlyList<string> Open)> EraseAsync(
        string userId, Caller caller, CancellationToken cancellationToken)
    {
        var count = 0;
        IReadOnlyList<string> open = [];
        for (var round = 1; round <= MaxRounds; round++)
        {
            foreach (var id in await data.ListOpenCallsAsync(userId, cancellationToken))
            {
                await grains.GetCall(id).End(new EndCall(caller, Remark: null));
            }

            var changed = await data.EraseAsync(userId, cancellationToken);
            count += changed.Count;
            await ForgetAsync(
                [.. changed.Select(IAddressable (id) => grains.GetCall(id)), grains.GetUserDevices(userId), grains.GetPushDevices(userId)]);
            open = await data.ListOpenCallsAsync(userId, cancellationToken);
            // Once more in any case: what grains and recorders were about to write when the first round began is written by then.
            if (open.Count == 0 && round > 1)
            {
                return (count, await data.ListWatchedCallsAsync(userId, cancellationToken));
            }
        }

        return (count, open);
    }

    /// <summary>
    /// What a grain has in memory it could not write, because the row has another version by now. But it would still be read.
    /// </summary>
    private static async Task ForgetAsync(IAddressable[] addressed)
    {
        foreach (var some in addressed.Chunk(Parallel))
        {
            await Task.WhenAll(some.Select(grain => grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask()));
        }
    }
}
