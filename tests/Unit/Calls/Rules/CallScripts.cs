using Fayo.Calls.Grains.Calls.Rules.Commands;
using FsCheck;
using FsCheck.Fluent;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>
/// A random life of a call: how it is opened, and what everybody then tries, when, and where the invitation arrives after that.
/// </summary>
public sealed record CallScript(OpenCommand Opening, IReadOnlyList<(TimeSpan Later, CallCommand Command, string? Delivered)> Attempts)
{
    public override string ToString() =>
        $"{Opening}\n{string.Join('\n', Attempts.Select(a => $"+{a.Later}: {a.Command}, delivered to {a.Delivered ?? "nobody"}"))}";
}

/// <summary>Makes random lives of calls.</summary>
public static class CallScripts
{
    private static readonly Gen<Caller> People = Gen.Elements(
        new Caller("alice", "DOCTOR"), new Caller("bob", "PATIENT"), new Caller("carol", "PATIENT"), new Caller("root", "ADMIN"));

    private static readonly Gen<string?> Devices = Gen.Elements(null, "phone", "tablet");

    private static readonly Gen<TimeSpan> Delays = Gen.Frequency(
        (5, Gen.Choose(0, 20_000).Select(ms => TimeSpan.FromMilliseconds(ms))),
        (2, Gen.Choose(20, 100).Select(s => TimeSpan.FromSeconds(s))),
        (1, Gen.Choose(1, 80).Select(m => TimeSpan.FromMinutes(m))));

    private static readonly Gen<OpenCommand> Openings =
        from recipient in Gen.Frequency((4, Gen.Constant<string?>("bob")), (1, Gen.Constant<string?>(null)))
        from type in Gen.Elements(CallType.Video, CallType.Voice)
        from callee in Gen.Frequency(
            (6, Gen.Constant(CalleeState.Unknown)), (1, Gen.Constant(CalleeState.Busy)), (1, Gen.Constant(CalleeState.Away)))
        from key in Gen.Elements(null, "0")
        select new OpenCommand(
            CallScene.CallId,
            "fayo_alice_1",
            new CreateCall(new Caller("alice"), recipient, type, null, """{"room":1}""", key),
            callee);

    private static readonly Gen<CallCommand> Commands = Gen.Frequency(
        (4, from who in People
            from role in Gen.Elements(CredentialRole.Host, CredentialRole.Audience)
            from device in Devices
            from asked in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
            from key in Gen.Elements(null, "1", "2")
            from isUnnamed in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
            from gone in Gen.Elements(null, "phone", "tablet")
            let attempt = asked ? new CreateCall(who, "alice", CallType.Video, null, null, key) : null
            select (CallCommand)new RequestTokenCommand(new RequestToken(who, role, device, attempt, isUnnamed), gone)),
        (6, from who in People
            from status in Gen.Elements(Enum.GetValues<CallStatus>())
            from remark in Gen.Elements(null, "bad line")
            from device in Devices
            select (CallCommand)new SetStatusCommand(new SetStatus(who, status, remark, device))),
        (3, from who in People
            from device in Gen.Elements("phone", "tablet")
            select (CallCommand)new AcknowledgeCommand(new AcknowledgeInvitation(who, device))),
        (1, People.Select(who => (CallCommand)new WatchCommand(who))),
        (1, from who in People
            from device in Gen.Elements("phone", "tablet")
            select (CallCommand)new CheckSignalCommand(who, device)),
        (1, from who in People
            from remark in Gen.Elements(null, "enough")
            select (CallCommand)new EndCommand(new EndCall(who, remark))),
        (1, Openings.Select(opening => (CallCommand)opening)),
        (2, from seconds in Gen.Choose(-120, 600)
            select (CallCommand)new CheckConnectionLossCommand(CallScene.Start + TimeSpan.FromSeconds(seconds))),
        (2, from lost in Gen.Choose(-120, 600)
            from heard in Gen.Choose(0, 600)
            select (CallCommand)new CheckCallerCommand(
                CallScene.Start + TimeSpan.FromSeconds(lost), CallScene.Start + TimeSpan.FromSeconds(heard))),
        (1, from who in People
            from lost in Gen.Choose(0, 600)
            select (CallCommand)new LeaveCommand(who, CallScene.Start + TimeSpan.FromSeconds(lost))),
        (2, Gen.Constant<CallCommand>(new CheckDeadlinesCommand())));

    private static readonly Gen<(TimeSpan Later, CallCommand Command, string? Delivered)> Attempts =
        from later in Delays
        from command in Commands
        from delivered in Devices
        select (later, command, delivered);

    /// <summary>The generator that <c>[Property(Arbitrary = …)]</c> finds.</summary>
    public static Arbitrary<CallScript> Scripts() => Arb.From(
        from opening in Openings
        from attempts in Attempts.ListOf(12)
        select new CallScript(opening, [.. attempts]),
        script => Enumerable.Range(0, script.Attempts.Count)
            .Select(i => script with { Attempts = [.. script.Attempts.Where((_, at) => at != i)] }));
}
