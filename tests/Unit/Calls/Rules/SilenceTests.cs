using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>A call that rings on no device of its recipient, and must look to its initiator like any other that nobody answers.</summary>
public class SilenceTests : CallScene
{
    [Theory]
    [InlineData(CallSilence.Blocked)]
    [InlineData(CallSilence.DoNotDisturb)]
    public void It_goes_the_way_of_a_call_that_a_device_acknowledges_and_nobody_answers(CallSilence silence)
    {
        OpenSilently(silence);
        At(0.4).Do(new RingSilentlyCommand());
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
    public void Only_a_call_that_is_silent_and_pending_is_made_to_look_as_if_it_rang()
    {
        Open();
        Assert.Empty(Do(new RingSilentlyCommand()).Events);

        OpenSilently(CallSilence.Blocked);
        Assert.NotEmpty(Do(new RingSilentlyCommand()).Events);
        Assert.Empty(Do(new RingSilentlyCommand()).Events);

        OpenSilently(CallSilence.Blocked);
        Do(Status(Alice, CallStatus.Cancelled));
        Assert.Empty(Do(new RingSilentlyCommand()).Events);
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
