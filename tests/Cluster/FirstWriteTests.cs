using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Orleans.Storage;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>
/// Two activations of one grain can exist for a moment. Two clusters on one database have two for good: what they write first, at the
/// same time, must not get lost.
/// </summary>
public sealed class FirstWriteTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private const int Rounds = 10;

    [Fact]
    public async Task Of_two_activations_that_keep_a_users_first_device_at_the_same_time_exactly_one_wins()
    {
        await using var one = await CallCluster.StartAsync(database.Settings, silos: 1);
        await using var other = await CallCluster.StartAsync(database.Settings, silos: 1);
        for (var round = 0; round < Rounds; round++)
        {
            var user = $"user-{round}";
            // Both have read that there is nothing.
            Assert.Empty(await one.Grains.GetUserDevices(user).List());
            Assert.Empty(await other.Grains.GetUserDevices(user).List());

            var outcomes = await Task.WhenAll(TryAddAsync(one, user, "phone"), TryAddAsync(other, user, "tablet"));

            Assert.Single(outcomes, isWritten => isWritten);
            // The activation that lost has left memory; the next one reads what is stored.
            var loser = outcomes[0] ? (Cluster: other, Device: "tablet") : (Cluster: one, Device: "phone");
            Assert.True(await TryAddAsync(loser.Cluster, user, loser.Device));
            var kept = await loser.Cluster.Grains.GetUserDevices(user).List();
            Assert.Equal(["phone", "tablet"], kept.Select(device => device.DeviceId).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Of_two_activations_that_create_the_same_call_at_the_same_time_exactly_one_creates_it()
    {
        await using var one = await CallCluster.StartAsync(database.Settings, silos: 1);
        await using var other = await CallCluster.StartAsync(database.Settings, silos: 1);
        for (var round = 0; round < Rounds; round++)
        {
            var id = CallIds.New(DateTimeOffset.UtcNow);
            var request = new CreateCall(
                new Caller($"caller-{round}"), $"patient-{round}", CallType.Video, ChannelName: null, Metadata: null);

            var outcomes = await Task.WhenAll(TryCreateAsync(one, id, request), TryCreateAsync(other, id, request));

            Assert.Contains(true, outcomes);
            Assert.Equal(1L, await database.ReadAsync<long>($"SELECT count(*) FROM call_sessions WHERE id = '{id}'"));
            Assert.Equal(
                1L, await database.ReadAsync<long>($"SELECT count(*) FROM call_events WHERE call_id = '{id}' AND kind = 'created'"));
        }
    }

    private static async Task<bool> TryAddAsync(CallCluster cluster, string user, string device)
    {
        try
        {
            await cluster.Grains.GetUserDevices(user).Add(device);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

    private static async Task<bool> TryCreateAsync(CallCluster cluster, string id, CreateCall request)
    {
        try
        {
            return (await cluster.Grains.GetCall(id).Create(request)).Code is CallResultCode.Ok or CallResultCode.AlreadyCalling;
        }
        catch (Exception e) when (e is OrleansException or CallStoreUnavailableException)
        {
            return false;
        }
    }
}
