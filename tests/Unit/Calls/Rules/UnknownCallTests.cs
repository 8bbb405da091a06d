using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>A call in a status that only a newer release knows, as it is in a row or as a newer silo sends it.</summary>
public sealed class UnknownCallTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<CallStatus> Statuses => [CallStatus.Unknown, (CallStatus)99];

    [Theory]
    [MemberData(nameof(Statuses))]
    public void Nothing_is_done_to_it_however_late_it_is(CallStatus status)
    {
        var machine = new CallMachine(new CallOptions());
        var caller = new Caller("ann", Caller.StaffRole);
        var state = new CallState
        {
            Session = new CallSession
            {
                Id = "call",
                Version = 7,
                Status = status,
                CallType = CallType.Video,
                ChannelName = "channel",
                InitiatorId = "ann",
                RecipientId = "ben",
                CreatedAt = Now.AddDays(-2),
                UpdatedAt = Now.AddDays(-2),
                ExpiresAt = Now.AddDays(-1),
                RingDeadline = Now.AddDays(-2),
            },
        };
        CallCommand[] commands =
        [
            new CheckDeadlinesCommand(),
            new SetStatusCommand(new SetStatus(caller, CallStatus.Cancelled, null, null)),
            new RequestTokenCommand(new RequestToken(caller, CredentialRole.Host, null)),
            new EndCommand(new EndCall(caller, null)),
            new WatchCommand(caller),
        ];

        Assert.All(commands, command =>
        {
            var decision = machine.Decide(state, command, Now);
            Assert.Equal(CallResultCode.NotPossible, decision.Code);
            Assert.Empty(decision.Events);
            Assert.Same(state, decision.State);
        });
        Assert.Null(machine.NextDeadline(state.Session));
        Assert.Equal("unknown", WireNames.Of(status));
    }

    [Fact]
    public void Nobody_can_ask_for_what_is_unknown()
    {
        Assert.False(WireNames.TryParse<CallStatus>("unknown", out _));
        Assert.DoesNotContain("unknown", WireNames.All<CallStatus>());
    }
}
