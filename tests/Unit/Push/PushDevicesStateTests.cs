using System.Text.Json;
using Fayo.Calls.Grains;
using Fayo.Calls.Grains.Push;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Push;

/// <summary>Which devices of a user are kept.</summary>
public class PushDevicesStateTests
{
    private readonly PushDevicesState _state = new();

    private IEnumerable<string> Names => _state.Devices.Select(device => device.DeviceId);

    [Fact]
    public void The_device_registered_longest_ago_makes_way_for_another()
    {
        for (var i = 1; i <= PushDevice.MaxPerUser + 1; i++)
        {
            _state.Put(Device($"device-{i}"));
        }

        Assert.Equal(PushDevice.MaxPerUser, _state.Devices.Count);
        Assert.Equal("device-2", Names.First());
    }

    [Fact]
    public void A_device_that_is_registered_again_is_the_newest_and_is_there_once()
    {
        _state.Put(Device("phone"));
        _state.Put(Device("tablet"));
        _state.Put(Device("phone"));

        Assert.Equal(["tablet", "phone"], Names);
        Assert.True(_state.TryRemove("tablet"));
        Assert.False(_state.TryRemove("tablet"));
        Assert.Equal(["phone"], Names);
    }

    [Fact]
    public void A_device_takes_the_place_of_one_to_which_the_same_pushes_went()
    {
        var (before, after) = (Device("before"), Device("after"));
        _state.Put(before with { Platform = PushPlatform.ApnsVoip, Token = "00ff" });
        _state.Put(Device("tablet"));
        _state.Put(after with { Platform = PushPlatform.ApnsVoip, Token = "00FF" });

        Assert.Equal(["tablet", "after"], Names);
    }

    [Fact]
    public void A_platform_that_only_a_newer_release_knows_reads_as_unknown_and_the_other_devices_are_kept()
    {
        var json = new JsonSerializerOptions();
        GrainsRegistration.ConfigureStoredJson(json);
        _state.Put(Device("phone"));
        _state.Put(Device("watch"));
        var stored = JsonSerializer.Serialize(_state, json);
        var newer = stored.Insert(stored.LastIndexOf("fcm", StringComparison.Ordinal), "hologram-");

        var read = JsonSerializer.Deserialize<PushDevicesState>(newer, json)!;

        Assert.Equal([PushPlatform.Fcm, PushPlatform.Unknown], read.Devices.Select(device => device.Platform));
    }

    private static PushDevice Device(string name) => new(name, PushPlatform.Fcm, DateTimeOffset.UnixEpoch) { Token = $"token of {name}" };
}
