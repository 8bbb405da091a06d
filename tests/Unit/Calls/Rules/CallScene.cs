using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>A call that a test plays: it gives commands at times, and looks at the state that they lead to.</summary>
public abstract class CallScene
{
    public const string CallId = "call_0123456789abcdef0123456789abcdef";

    public static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public static readonly CallOptions Options = new()
    {
        RingTimeout = TimeSpan.FromSeconds(45),
        ResendAfter = TimeSpan.FromSeconds(3),
        ConnectionLostAfter = TimeSpan.FromSeconds(60),
        CallerLostAfter = TimeSpan.FromSeconds(10),
        MaxDuration = TimeSpan.FromHours(2),
        TokenTimeToLive = TimeSpan.FromHours(1),
    };

    internal static readonly CallMachine Machine = new(Options);

    protected static readonly Caller Alice = new("alice", "DOCTOR");
    protected static readonly Caller Bob = new("bob", "PATIENT");
    protected static readonly Caller Carol = new("carol");
    protected static readonly Caller Root = new("root", "ADMIN");

    /// <summary>The present time of the scene.</summary>
    protected DateTimeOffset Now { get; private set; } = Start;

    /// <summary>The call after the last command; null before the first.</summary>
    protected CallState? State { get; private protected set; }

    protected CallSession Session => State!.Session;

    /// <summary>Opens a new call at the start.</summary>
    protected void Open(string? recipient = "bob")
    {
        Now = Start;
        State = null;
        Do(Opening(recipient));
    }

    protected static OpenCommand Opening(string? recipient) =>
        new(CallId, "fayo_alice_1", new CreateCall(Alice, recipient, CallType.Video, null, null));

    /// <summary>Sets the time to this many seconds after the start.</summary>
    internal CallScene At(double seconds)
    {
        Now = Start + TimeSpan.FromSeconds(seconds);
        return this;
    }

    /// <summary>Gives a command, with what has been delivered to devices until now.</summary>
    internal CallDecision Do(CallCommand command, params Receipt[] receipts)
    {
        var decision = Machine.Decide(State, command, Now, receipts);
        State = decision.State;
        return decision;
    }

    protected static Receipt Receipt(string device, double seconds) => new(device, Start + TimeSpan.FromSeconds(seconds));

    protected static CheckConnectionLossCommand AbsentSince(double seconds) => new(Start + TimeSpan.FromSeconds(seconds));

    protected static AcknowledgeCommand Rings(string device) => new(new AcknowledgeInvitation(Bob, device));

    protected static RequestTokenCommand Token(Caller who, string? device) => new(new RequestToken(who, CredentialRole.Audience, device));

    protected static RequestTokenCommand Calling(Caller who, string callee, string? key = null) => new(
        new RequestToken(who, CredentialRole.Host, null, new CreateCall(who, callee, CallType.Video, null, null, key)));

    protected static SetStatusCommand Status(Caller who, CallStatus status, string? remark = null) =>
        new(new SetStatus(who, status, remark, null));
}
