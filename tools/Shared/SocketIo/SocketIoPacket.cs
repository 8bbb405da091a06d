using System.Text.Json;

namespace Fayo.Calls.Tools.SocketIo;

/// <summary>One packet of Engine.IO 4 with Socket.IO 5 inside. The spans point into the bytes that it was read from.</summary>
internal ref struct SocketIoPacket
{
    public const int Unknown = 0;
    public const int Open = 1;
    public const int Ping = 2;
    public const int Connected = 3;
    public const int Event = 4;

    /// <summary>The kind of packet, one of the constants.</summary>
    public int Type { get; private set; }

    /// <summary>An event's name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>An event's first argument as JSON; empty where it has none.</summary>
    public ReadOnlySpan<byte> Argument { get; private set; }

    /// <summary>Reads a packet.</summary>
    /// <exception cref="JsonException">An event is not a JSON array that begins with a text.</exception>
    public static SocketIoPacket Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("42"u8))
        {
            return ReadEvent(bytes);
        }

        var isConnected = bytes.StartsWith("40"u8);
        return new SocketIoPacket
        {
            Type = isConnected ? Connected : bytes.StartsWith("0"u8) ? Open : bytes.SequenceEqual("2"u8) ? Ping : Unknown,
        };
    }

    /// <summary>Reads <c>42/namespace,["name",argument]</c>, where the name of the namespace may be followed by an id.</summary>
    private static SocketIoPacket ReadEvent(ReadOnlySpan<byte> bytes)
    {
        var array = bytes[Math.Max(0, bytes.IndexOf((byte)'['))..];
        var reader = new Utf8JsonReader(array);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("An event without a name.");
        }

        var packet = new SocketIoPacket { Type = Event, Name = reader.ValueSpan };
        if (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            packet.Argument = array[start..(int)reader.BytesConsumed];
        }

        return packet;
    }
}
