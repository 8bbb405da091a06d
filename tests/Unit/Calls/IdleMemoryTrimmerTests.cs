using System.Net;
using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Monitor;
using Fayo.Calls.Silo;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls;

public sealed class IdleMemoryTrimmerTests
{
    private const long Little = 1024 * 1024;

    private readonly CallFeed _feed = new(SiloAddress.New(IPAddress.Loopback, 1, 1), TimeProvider.System);
    private readonly Devices _devices = new();
    private readonly IdleMemoryTrimmer _trimmer;

    public IdleMemoryTrimmerTests() =>
        _trimmer = new IdleMemoryTrimmer(_feed, _devices, TimeProvider.System, NullLogger<IdleMemoryTrimmer>.Instance);

    [Theory]
    [InlineData(CallStatus.Pending, false)]
    [InlineData(CallStatus.Ringing, false)]
    [InlineData(CallStatus.Active, true)]
    [InlineData(CallStatus.Completed, true)]
    public void The_process_is_not_stopped_while_a_call_rings_here(CallStatus status, bool mayStop)
    {
        _feed.Enter("call", () => Call(status));
        Assert.Equal(mayStop, _trimmer.MayStop(Little));

        _feed.Leave("call");
        Assert.True(_trimmer.MayStop(Little));
    }

    [Fact]
    public void The_process_is_not_stopped_while_a_call_is_being_created()
    {
        _feed.Enter("call", () => null);

        Assert.False(_trimmer.MayStop(Little));
    }

    [Fact]
    public void The_process_is_not_stopped_while_a_device_here_rings_for_a_call_that_is_elsewhere()
    {
        _devices.MayRing = true;

        Assert.False(_trimmer.MayStop(Little));
    }

    [Fact]
    public void A_process_with_much_in_memory_is_not_stopped()
    {
        Assert.False(_trimmer.MayStop(1024 * Little));
    }

    private static CallState Call(CallStatus status) => new()
    {
        Session = new CallSession
        {
            Id = "call",
            Version = 1,
            Status = status,
            CallType = CallType.Video,
            ChannelName = "channel",
            InitiatorId = "ann",
            CreatedAt = default,
            UpdatedAt = default,
            ExpiresAt = default,
        },
    };

    private sealed class Devices : IRingingDevices
    {
        public bool MayRing { get; set; }
    }
}
