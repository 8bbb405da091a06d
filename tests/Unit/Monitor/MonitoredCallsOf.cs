using System.Net;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Tests.Unit.Monitor;

/// <summary>Calls as the monitor hears of them.</summary>
internal static class MonitoredCallsOf
{
    public static readonly SiloAddress North = SiloAddress.New(IPAddress.Loopback, 11111, 1);
    public static readonly SiloAddress South = SiloAddress.New(IPAddress.Loopback, 11112, 1);

    public static CallState State(string id, int version = 1, CallStatus status = CallStatus.Pending) => new()
    {
        Session = new CallSession
        {
            Id = id,
            Version = version,
            Status = status,
            CallType = CallType.Voice,
            ChannelName = "channel of " + id,
            InitiatorId = "alice",
            RecipientId = "bob",
            Metadata = "{}",
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
            ExpiresAt = DateTimeOffset.UnixEpoch,
            EndedAt = status.IsOpen ? null : DateTimeOffset.UnixEpoch,
        },
    };

    public static MonitoredCall Call(string id, int version = 1, CallStatus status = CallStatus.Pending, SiloAddress? silo = null) =>
        new(State(id, version, status).Session, silo, []);
}
