using System.Buffers;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Gateway.SocketIo;
using FsCheck.Xunit;
using Xunit;

namespace Fayo.Calls.Tests.Unit.SocketIo;

/// <summary>
/// Packets as the documents of Engine.IO 4 and Socket.IO 5 have them (https://github.com/socketio/engine.io-protocol,
/// https://github.com/socketio/socket.io-protocol).
/// </summary>
public class PacketTests
{
    [Theory]
    [InlineData("40", 0, "/", null, "")]
    [InlineData("40{\"sid\":\"wZX3oN0bSVIhsaknAAAI\"}", 0, "/", null, "{\"sid\":\"wZX3oN0bSVIhsaknAAAI\"}")]
    [InlineData("40/admin,", 0, "/admin", null, "")]
    [InlineData("40/admin", 0, "/admin", null, "")]
    [InlineData("40/admin,{\"token\":\"123\"}", 0, "/admin", null, "{\"token\":\"123\"}")]
    [InlineData("44{\"message\":\"Not authorized\"}", 4, "/", null, "{\"message\":\"Not authorized\"}")]
    [InlineData("42[\"foo\"]", 2, "/", null, "[\"foo\"]")]
    [InlineData("42/admin,[\"bar\"]", 2, "/admin", null, "[\"bar\"]")]
    [InlineData("4212[\"foo\"]", 2, "/", 12L, "[\"foo\"]")]
    [InlineData("42/admin,13[\"foo\"]", 2, "/admin", 13L, "[\"foo\"]")]
    [InlineData("4312[]", 3, "/", 12L, "[]")]
    [InlineData("43/admin,13[\"bar\"]", 3, "/admin", 13L, "[\"bar\"]")]
    [InlineData("41", 1, "/", null, "")]
    [InlineData("41/admin,", 1, "/admin", null, "")]
    public void The_examples_of_the_document_are_read(string text, int type, string name, long? ackId, string payload)
    {
        Assert.True(Packet.TryRead(Encoding.UTF8.GetBytes(text), out var packet));
        Assert.Equal(EngineIoType.Message, packet.Engine);
        Assert.Equal((SocketIoType)type, packet.Type);
        Assert.Equal(name, Encoding.UTF8.GetString(packet.Namespace));
        Assert.Equal(ackId, packet.AckId);
        Assert.Equal(payload, Encoding.UTF8.GetString(packet.Payload));
        Assert.Equal(0, packet.Attachments);
    }

    [Theory]
    [InlineData("451-[\"baz\",{\"_placeholder\":true,\"num\":0}]", 5, 1, "/", null)]
    [InlineData("452-/admin,[\"baz\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]", 5, 2, "/admin", null)]
    [InlineData("451-14[\"foo\",{\"_placeholder\":true,\"num\":0}]", 5, 1, "/", 14L)]
    [InlineData("461-15[\"bar\",{\"_placeholder\":true,\"num\":0}]", 6, 1, "/", 15L)]
    public void Packets_with_binary_attachments_are_read(string text, int type, int attachments, string name, long? ackId)
    {
        Assert.True(Packet.TryRead(Encoding.UTF8.GetBytes(text), out var packet));
        Assert.Equal((SocketIoType)type, packet.Type);
        Assert.Equal(attachments, packet.Attachments);
        Assert.Equal(name, Encoding.UTF8.GetString(packet.Namespace));
        Assert.Equal(ackId, packet.AckId);
        Assert.Equal((byte)'[', packet.Payload[0]);
    }

    [Theory]
    [InlineData("1", 1, "")]
    [InlineData("2", 2, "")]
    [InlineData("2probe", 2, "probe")]
    [InlineData("3", 3, "")]
    [InlineData("5", 5, "")]
    [InlineData("6", 6, "")]
    public void Packets_of_Engine_IO_are_read(string text, int type, string content)
    {
        Assert.True(Packet.TryRead(Encoding.UTF8.GetBytes(text), out var packet));
        Assert.Equal((EngineIoType)type, packet.Engine);
        Assert.Equal(content, Encoding.UTF8.GetString(packet.Payload));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("x")]
    [InlineData("bAQIDBA==")]
    [InlineData("4")]
    [InlineData("47")]
    [InlineData("4abc")]
    [InlineData("45[\"no number of attachments\"]")]
    [InlineData("451[\"no dash\"]")]
    [InlineData("45-[\"no number\"]")]
    [InlineData("4599999999999999999999-[]")]
    [InlineData("45-1-[]")]
    [InlineData("4299999999999999999999[\"an id that is too large\"]")]
    public void What_is_no_packet_is_not_read(string text) => Assert.False(Packet.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void A_namespace_that_is_too_long_is_not_read()
    {
        var longest = "/" + new string('n', Packet.MaxNamespaceLength - 1);
        Assert.True(Packet.TryRead(Encoding.UTF8.GetBytes($"40{longest},"), out _));
        Assert.False(Packet.TryRead(Encoding.UTF8.GetBytes($"40{longest}n,"), out _));
        Assert.False(Packet.TryRead(Encoding.UTF8.GetBytes($"40{longest}n"), out _));
    }

    [Property(MaxTest = 500)]
    public void What_is_written_is_read_as_it_was(byte kind, string? name, long id, bool isAcknowledged, string? text)
    {
        var type = (SocketIoType)(kind % 5);
        var name1 = MakeNamespace(name);
        var ackId = isAcknowledged && id >= 0 ? id : (long?)null;
        var output = new ArrayBufferWriter<byte>();
        PacketWriter.Write(
            output,
            type,
            name1,
            ackId,
            text,
            static (json, text) =>
            {
                json.WriteStartArray();
                json.WriteStringValue(text);
                json.WriteEndArray();
            },
            new JsonWriterOptions());

        var written = output.WrittenSpan;
        Assert.Equal(written.Length - 1, written.IndexOf((byte)0x1e));
        Assert.True(Packet.TryRead(written[..^1], out var packet));
        Assert.Equal(type, packet.Type);
        Assert.Equal(name1, Encoding.UTF8.GetString(packet.Namespace));
        Assert.Equal(ackId, packet.AckId);
        Assert.Equal(JsonSerializer.Serialize(new[] { text }), Encoding.UTF8.GetString(packet.Payload));
    }

    [Property(MaxTest = 2000)]
    public void Any_bytes_are_a_packet_or_none(byte[] bytes) => TryReadWhole(bytes);

    /// <summary>Real packets, changed at random in a few places, go further into the reading than random bytes do.</summary>
    [Property(MaxTest = 2000)]
    public void A_damaged_packet_is_a_packet_or_none(int seed)
    {
        var random = new Random(seed);
        string[] packets =
            ["42/ws/calls,12[\"join_call\",{}]", "452-/a,7[1]", "40/ws/calls,{\"token\":\"x\"}", "41/ws/calls,", "461-15[]", "3"];
        var bytes = Encoding.UTF8.GetBytes(packets[random.Next(packets.Length)]).ToList();
        for (var change = random.Next(1, 6); change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes.Insert(at, (byte)"0123456789-/,[]{}\"4\x1e"[random.Next(20)]);
                    break;
            }
        }

        TryReadWhole([.. bytes]);
    }

    private static void TryReadWhole(byte[] bytes)
    {
        if (!Packet.TryRead(bytes, out var packet))
        {
            return;
        }

        Assert.True(Enum.IsDefined(packet.Engine));
        Assert.True(Enum.IsDefined(packet.Type));
        Assert.True(packet.Payload.Length < bytes.Length);
        Assert.True(packet.Payload.IsEmpty || bytes.AsSpan().EndsWith(packet.Payload));
        Assert.InRange(packet.Namespace.Length, packet.Engine == EngineIoType.Message ? 1 : 0, Packet.MaxNamespaceLength);
        Assert.InRange(packet.Attachments, 0, int.MaxValue);
    }

    /// <summary>A namespace as a server has them: no comma, and not too long.</summary>
    private static string MakeNamespace(string? text)
    {
        var name = "/" + string.Concat((text ?? "").Where(character => char.IsLetterOrDigit(character) || character is '/' or '-'));
        while (Encoding.UTF8.GetByteCount(name) > Packet.MaxNamespaceLength)
        {
            name = name[..^1];
        }

        return name;
    }
}
