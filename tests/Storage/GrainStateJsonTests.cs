using Fayo.Calls.Grains.Storage;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class GrainStateJsonTests
{
    private readonly GrainStateJsonSerializer _serializer = new();

    [Fact]
    public void State_comes_back_as_it_was_written()
    {
        var state = new Settings { Devices = ["ü", "\"", "\0"], Silent = true };
        var read = _serializer.Deserialize<Settings>(_serializer.Serialize(state));

        Assert.Equal(state.Devices, read!.Devices);
        Assert.True(read.Silent);
    }

    [Fact]
    public void What_an_older_program_lacked_or_a_newer_one_added_does_not_matter()
    {
        var read = _serializer.Deserialize<Settings>(new BinaryData("""{"silent":true,"ringtone":"bells"}"""));

        Assert.Equal(["default"], read!.Devices);
        Assert.True(read.Silent);
    }

    [Fact]
    public void No_state_is_no_state() => Assert.Null(_serializer.Deserialize<Settings>(_serializer.Serialize<Settings>(null)));

    private sealed record Settings
    {
        public IReadOnlyList<string> Devices { get; init; } = ["default"];

        public bool Silent { get; init; }
    }
}
