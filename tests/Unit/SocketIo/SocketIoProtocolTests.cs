using System.Buffers;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Requests;
using Fayo.Calls.Gateway.SocketIo;
using FsCheck.Xunit;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit;

namespace Fayo.Calls.Tests.Unit.SocketIo;

public class SocketIoProtocolTests
{
    private const char End = '\x1e';

    private static readonly SocketIoProtocol Protocol = new();

    [Fact]
    public void An_event_is_an_invocation_and_its_acknowledgement_the_completion_of_it()
    {
        var invocation = Assert.IsType<InvocationMessage>(ReadOne("42/ws/calls,7[\"join_call\",{\"sessionId\":\"c\"}]"));
        Assert.Equal("7", invocation.InvocationId);
        Assert.Equal("join_call", invocation.Target);
        Assert.Equal("c", Assert.IsType<Parsed<WatchCallRequest>>(Assert.Single(invocation.Arguments)).Value!.SessionId);

        Assert.Equal(["43/ws/calls,7[{\"sessionId\":\"c\"}]"], Write(CompletionMessage.WithResult("7", new { SessionId = "c" })));
        Assert.Equal(["43/ws/calls,7[]"], Write(CompletionMessage.Empty("7")));
    }

    [Fact]
    public void An_event_that_is_not_to_be_acknowledged_is_answered_only_where_it_fails()
    {
        var invocation = Assert.IsType<InvocationMessage>(ReadOne("42/ws/calls,[\"sync\",{}]"));
        Assert.Empty(Write(CompletionMessage.WithResult(invocation.InvocationId!, "done")));
        Assert.Equal(
            ["42/ws/calls,[\"error\",{\"message\":\"There is: none.\",\"code\":\"not_found\"}]"],
            Write(CompletionMessage.WithError(
                invocation.InvocationId!, "An unexpected error occurred. HubException: not_found: There is: none.")));
    }

    [Fact]
    public void An_error_is_an_event_and_where_that_was_asked_for_an_acknowledgement() => Assert.Equal(
        [
            "42/ws/calls,[\"error\",{\"message\":\"Slow down.\",\"code\":\"too_many\"}]",
            "43/ws/calls,3[{\"error\":{\"message\":\"Slow down.\",\"code\":\"too_many\"}}]",
        ],
        Write(CompletionMessage.WithError("3", "HubException: too_many: Slow down.")));

    [Fact]
    public void An_argument_that_is_missing_is_an_empty_object_and_one_too_many_does_not_count()
    {
        var sync = Assert.IsType<InvocationMessage>(ReadOne("42/ws/calls,[\"sync\"]"));
        Assert.NotNull(Assert.IsType<Parsed<SyncRequest>>(Assert.Single(sync.Arguments)).Value);

        var join = Assert.IsType<InvocationMessage>(ReadOne("42/ws/calls,[\"join_call\",{\"sessionId\":\"c\"},[[1]],2]"));
        Assert.NotNull(Assert.IsType<Parsed<WatchCallRequest>>(Assert.Single(join.Arguments)).Value);
    }

    [Theory]
    [InlineData("42/ws/calls,5[\"no_such_event\",{}]", "5", "unknown_event")]
    [InlineData("42/ws/calls,[\"no_such_event\"]", "-", "unknown_event")]
    [InlineData("42/ws/calls,5[]", "5", "malformed")]
    [InlineData("42/ws/calls,5[7,{}]", "5", "malformed")]
    [InlineData("42/ws/calls,5{\"a\":1}", "5", "malformed")]
    [InlineData("42/ws/calls,5", "5", "malformed")]
    [InlineData("42/ws/calls,5[\"sync\",{}", "5", "malformed")]
    [InlineData("42/ws/calls,5[\"sync\",{}]x", "5", "malformed")]
    [InlineData("42/ws/calls,5[\"\\ud800\",{}]", "5", "malformed")]
    [InlineData("42[\"sync\",{}]", "-", "malformed")]
    [InlineData("42/other,5[\"sync\",{}]", "5", "malformed")]
    [InlineData("451-/ws/calls,5[\"sync\",{\"_placeholder\":true,\"num\":0}]", "5", "malformed")]
    [InlineData("44/ws/calls,{\"message\":\"no\"}", "-", "malformed")]
    [InlineData("0{}", "-", "malformed")]
    [InlineData("nonsense", "-", "malformed")]
    [InlineData("", "-", "malformed")]
    public void What_cannot_be_read_is_refused(string packet, string id, string code)
    {
        var refused = Assert.IsType<InvocationBindingFailureMessage>(ReadOne(packet));
        Assert.Equal(id, refused.InvocationId);
        Assert.StartsWith($"{code}: ", refused.BindingFailure.SourceException.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_that_are_nested_too_deep_are_refused()
    {
        var deep = new string('[', 10_000) + new string(']', 10_000);
        Assert.IsType<InvocationBindingFailureMessage>(ReadOne($"42/ws/calls,1[\"sync\",{deep}]"));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("2")]
    [InlineData("6")]
    [InlineData("43/ws/calls,1[]")]
    [InlineData("40/ws/calls,")]
    [InlineData("41/other,")]
    public void What_needs_no_answer_shows_that_the_client_is_there(string packet) => Assert.IsType<PingMessage>(ReadOne(packet));

    [Theory]
    [InlineData("1")]
    [InlineData("41/ws/calls,")]
    [InlineData("41/ws/calls")]
    public void A_client_that_leaves_closes_the_connection(string packet) => Assert.IsType<CloseMessage>(ReadOne(packet));

    [Fact]
    public void Another_namespace_is_refused()
    {
        var refused = Assert.IsType<InvocationBindingFailureMessage>(ReadOne("40/ws/monitor,{}"));
        Assert.Equal(
            ["44/ws/monitor,{\"message\":\"Invalid namespace\"}"], Write(CompletionMessage.WithError(refused.InvocationId!, "whatever")));
    }

    [Fact]
    public void Messages_of_the_hub_are_events_and_its_pings_those_of_Engine_IO()
    {
        Assert.Equal(["42/ws/calls,[\"call_status\",{\"id\":\"c\"}]"], Write(new InvocationMessage("call_status", [new { Id = "c" }])));
        Assert.Equal(["2"], Write(PingMessage.Instance));
        Assert.True(Protocol.GetMessageBytes(PingMessage.Instance).IsEmpty);
    }

    [Fact]
    public void A_connection_that_closes_says_why_and_whether_the_client_may_come_back()
    {
        Assert.Empty(Write(CloseMessage.Empty));
        Assert.Empty(Write(new CloseMessage(error: null, allowReconnect: true)));
        Assert.Equal(
            ["42/ws/calls,[\"error\",{\"message\":\"Slow down.\",\"code\":\"too_many\"}]"],
            Write(new CloseMessage("too_many: Slow down.", allowReconnect: true)));
        Assert.Equal(
            ["42/ws/calls,[\"error\",{\"message\":\"Go.\",\"code\":\"too_many_connections\"}]", "41/ws/calls,"],
            Write(new CloseMessage("too_many_connections: Go.")));
    }

    [Fact]
    public void A_packet_that_is_not_complete_is_waited_for()
    {
        var input = new ReadOnlySequence<byte>("42/ws/calls,[\"sync\""u8.ToArray());
        Assert.False(Protocol.TryParseMessage(ref input, Binder.Instance, out _));
        Assert.Equal(19, input.Length);
    }

    /// <summary>Whatever clients send, each packet becomes one message, nothing throws, and all can be answered.</summary>
    [Property(MaxTest = 3000)]
    public void Whatever_a_client_sends_is_a_message_each(int seed)
    {
        var random = new Random(seed);
        var packets = Enumerable.Range(0, random.Next(1, 5)).Select(_ => MakePacket(random)).ToList();
        var input = MakeSequence([.. packets.SelectMany(packet => packet.Append((byte)End))], random);

        var read = new List<HubMessage>();
        while (Protocol.TryParseMessage(ref input, Binder.Instance, out var message))
        {
            read.Add(message);
        }

        Assert.True(input.IsEmpty);
        Assert.Equal(packets.Sum(packet => packet.Count(value => value == End) + 1), read.Count);
        foreach (var failure in read.OfType<InvocationBindingFailureMessage>())
        {
            Assert.False(string.IsNullOrEmpty(failure.InvocationId));
            foreach (var answer in Write(CompletionMessage.WithError(failure.InvocationId, failure.BindingFailure.SourceException.Message)))
            {
                Assert.True(Packet.TryRead(Encoding.UTF8.GetBytes(answer), out var packet), answer);
                using var payload = JsonDocument.Parse(packet.Payload.ToArray());
            }
        }
    }

    private static byte[] MakePacket(Random random)
    {
        string[] packets =
        [
            "42/ws/calls,12[\"join_call\",{\"sessionId\":\"call_1\"}]",
            "42/ws/calls,[\"request_token\",{\"sessionId\":\"c\",\"role\":\"HOST\"}]",
            "42/ws/calls,3[\"call_status\",{\"sessionId\":\"c\",\"status\":\"ACTIVE\",\"reason\":\"é😀\"}]",
            "451-/ws/calls,7[\"invitation_ack\",{\"_placeholder\":true,\"num\":0}]",
            "42/ws/calls,[\"sync\"]", "40/ws/calls,{\"token\":\"x\"}", "40/a", "41/ws/calls,",
            "43/ws/calls,1[null,true,1e9,\"\\ud83d\\ude00\"]", "3", "2probe", "",
        ];
        var bytes = Encoding.UTF8.GetBytes(packets[random.Next(packets.Length)]).ToList();
        for (var change = random.Next(0, 8); change > 0; change--)
        {
            var at = random.Next(bytes.Count + 1);
            if (random.Next(3) == 0 && at < bytes.Count)
            {
                bytes.RemoveAt(at);
            }
            else
            {
                bytes.Insert(at, random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"0123456789-/,[]{}\":\\u"[random.Next(21)]);
            }
        }

        return [.. bytes];
    }

    /// <summary>The bytes in one piece or in two, as they may arrive.</summary>
    private static ReadOnlySequence<byte> MakeSequence(byte[] bytes, Random random)
    {
        var cut = random.Next(bytes.Length);
        if (cut == 0)
        {
            return new ReadOnlySequence<byte>(bytes);
        }

        var first = new Segment(bytes.AsMemory(0, cut), 0);
        var last = new Segment(bytes.AsMemory(cut), cut);
        first.Append(last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static HubMessage ReadOne(string packet)
    {
        var input = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(packet + End));
        Assert.True(Protocol.TryParseMessage(ref input, Binder.Instance, out var message));
        Assert.True(input.IsEmpty);
        return message;
    }

    private static string[] Write(HubMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        Protocol.WriteMessage(message, output);
        return Encoding.UTF8.GetString(output.WrittenSpan).Split(End, StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public void Append(Segment next) => Next = next;
    }

    /// <summary>Knows the hub's methods, as the hub does.</summary>
    private sealed class Binder : IInvocationBinder
    {
        public static readonly Binder Instance = new();

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => methodName switch
        {
            "join_call" => [typeof(Parsed<WatchCallRequest>)],
            "request_token" => [typeof(Parsed<HubTokenRequest>)],
            "call_status" => [typeof(Parsed<HubStatusRequest>)],
            "invitation_ack" => [typeof(Parsed<AcknowledgeRequest>)],
            "sync" => [typeof(Parsed<SyncRequest>)],
            _ => throw new HubException("Method does not exist."),
        };

        public Type GetReturnType(string invocationId) => throw new NotSupportedException("Clients return nothing.");

        public Type GetStreamItemType(string streamId) => throw new NotSupportedException("Clients stream nothing.");
    }
}
