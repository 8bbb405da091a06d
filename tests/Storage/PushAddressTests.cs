using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Whose device a token of an app is.</summary>
public sealed class PushAddressTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_address_is_of_whoever_took_it_last_and_only_its_owner_gives_it_back()
    {
        await using var silo = new Silo(database.Settings);
        var addresses = silo.PushAddresses;

        var (first, nobody) = await addresses.TakeAsync("a1", "ann", "phone", None);
        var (second, former) = await addresses.TakeAsync("a1", "ben", "phone", None);
        await addresses.ReleaseAsync("a1", "ann", "phone", None);
        await addresses.ReleaseAsync("a1", "ben", "tablet", None);

        Assert.Null(nobody);
        Assert.Equal("ann", former);
        Assert.True(second > first);
        var (address, owner) = Assert.Single(await addresses.FindOwnersAsync(["a1", "a2"], None));
        Assert.Equal(("a1", "ben", "phone", second), (address, owner.UserId, owner.DeviceId, owner.RegisteredAt));

        await addresses.ReleaseAsync("a1", "ben", "phone", None);
        Assert.Empty(await addresses.FindOwnersAsync(["a1"], None));
    }

    [Fact]
    public async Task Of_many_who_take_an_address_at_the_same_moment_on_two_silos_one_is_the_last()
    {
        await using var here = new Silo(database.Settings);
        await using var there = new Silo(database.Settings);

        var taken = await Task.WhenAll(Enumerable.Range(1, 20).Select(async i =>
        {
            var silo = i % 2 == 0 ? here : there;
            return (User: $"user-{i}", (await silo.PushAddresses.TakeAsync("crowded", $"user-{i}", "phone", None)).RegisteredAt);
        }));

        Assert.Equal(taken.Length, taken.Select(one => one.RegisteredAt).Distinct().Count());
        var owner = (await here.PushAddresses.FindOwnersAsync(["crowded"], None))["crowded"];
        Assert.Equal(taken.MaxBy(one => one.RegisteredAt), (owner.UserId, owner.RegisteredAt));
    }
}
