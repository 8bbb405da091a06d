using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>A call that rings on no device of its recipient, and must look to its initiator like any other that nobody answers.</summary>
public class SilenceTests : CallScene
{
    private static readonly TimeSpan Delivery = TimeSpan.FromMilliseconds(7);

    [Theory]
    [InlineData(CallSilence.Blocked)]
    [InlineData(CallSilence.DoNotDisturb)]
    public void It_goes_the_way_of_a_call_that_a_device_acknowledges_and_nobody_answers(CallSilence silence)
    {
        OpenSilently(silence);
        At(0.4).Do(new RingSilentlyCommand(Delivery));
        Assert.Equal((CallStatus.Ringing, Now + Options.RingTimeout), (Session.Status, Session.RingDeadline));
        At(45.4).Do(new CheckDeadlinesCommand());
        var silent = State!;

        Open();
        At(0.4).Do(Rings(null!));
        At(45.4).Do(new CheckDeadlinesCommand());

        Assert.Equal(State!.Session, silent.Session);
        Assert.Equal(EndReason.NoAnswer, silent.Session.EndReason);
        Assert.Equal((silence, true), (silent.Silence, silent.IsForRecipient == (silence == CallSilence.DoNotDisturb)));
    }

    [Fact]
    public void Its_timeline_has_the_times_of_one_that_was_delivered_at_once_and_acknowledged_later()
    {
        OpenSilently(CallSilence.Blocked);
        var silent = At(0.4).Do(new RingSilentlyCommand(Delivery)).Events.Select(Describe).ToList();

        Open();
        var receipt = new Receipt(null!, Now + Delivery);
        var heard = At(0.4).Do(Rings(null!), receipt).Events.Select(Describe).ToList();

        Assert.Equal(heard, silent);
        Assert.True(silent[0].At < silent[1].At);
        Assert.True(RingSilentlyCommand.AtRandom().DeliveredAfter > TimeSpan.Zero);

        static (TimelineKind Kind, int Version, DateTimeOffset At) Describe(CallEvent entry) => (entry.Kind, entry.Version, entry.At);
    }

    [Fact]
    public void Only_a_call_that_is_silent_and_pending_is_made_to_look_as_if_it_rang()
    {
        Open();
        Assert.Empty(Do(new RingSilentlyCommand(Delivery)).Events);

        OpenSilently(CallSilence.Blocked);
        Assert.NotEmpty(Do(new RingSilentlyCommand(Delivery)).Events);
        Assert.Empty(Do(new RingSilentlyCommand(Delivery)).Events);

        OpenSilently(CallSilence.Blocked);
        Do(Status(Alice, CallStatus.Cancelled));
        Assert.Empty(Do(new RingSilentlyCommand(Delivery)).Events);
    }

    [Fact]
    public void A_recipient_who_has_blocked_the_caller_and_then_declines_changes_nothing_that_the_caller_sees()
    {
        OpenSilently(CallSilence.Blocked);
        At(0.4).Do(new RingSilentlyCommand(Delivery));

        var declined = At(2).Do(Status(Bob, CallStatus.Cancelled));

        Assert.Equal((CallResultCode.Ok, CallStatus.Ringing), (declined.Code, Session.Status));
        Assert.Empty(declined.Events);
        At(45.4).Do(new CheckDeadlinesCommand());
        Assert.Equal(EndReason.NoAnswer, Session.EndReason);
    }

    [Fact]
    public void A_recipient_who_calls_back_has_answered_and_takes_part_like_any_other()
    {
        OpenSilently(CallSilence.Blocked);
        Assert.False(State!.IsForRecipient);

        Assert.Equal(CallResultCode.Ok, Do(Calling(Bob, "alice")).Code);

        Assert.Equal((true, false), (State!.IsForRecipient, State.RingsSilently));
    }

    [Fact]
    public void The_roles_of_the_settings_override()
    {
        var options = new CallOptions { BlockingOverriddenBy = ["DOCTOR"], DoNotDisturbOverriddenBy = ["ADMIN", "NURSE"] };
        CallMachine machine = new(options);

        var admission = machine.Decide(null, Opening("bob"), Start).Admission!;

        Assert.Equal((true, false), (admission.OverridesBlocking, admission.OverridesDoNotDisturb));
    }

    private void OpenSilently(CallSilence silence)
    {
        Open();
        State = State! with { Silence = silence };
    }
}
