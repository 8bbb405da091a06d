using System.Buffers.Text;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>A packet of Engine.IO as it was received, and the packet of Socket.IO in it.</summary>
/// <remarks>
/// Engine.IO, version 4: a digit, and what belongs to it. Socket.IO, version 5, in a packet of type 4:
/// <c>type[attachments-][namespace,][acknowledgement id][payload]</c>.
/// https://github.com/socketio/engine.io-protocol, https://github.com/socketio/socket.io-protocol
/// </remarks>
internal readonly ref struct Packet
{
    /// <summary>The length of a namespace, in bytes.</summary>
    public const int MaxNamespaceLength = 128;

    /// <summary>The namespace of packets that name none.</summary>
    private static readonly byte[] MainNamespace = [(byte)'/'];

    /// <summary>The type of the packet of Engine.IO.</summary>
    public EngineIoType Engine { get; private init; }

    /// <summary>The type of the packet of Socket.IO, where <see cref="Engine"/> is <see cref="EngineIoType.Message"/>.</summary>
    public SocketIoType Type { get; private init; }

    /// <summary>How many binary attachments follow.</summary>
    public int Attachments { get; private init; }

    /// <summary>The namespace, which begins with a slash.</summary>
    public ReadOnlySpan<byte> Namespace { get; private init; }

    /// <summary>The id with which the packet is to be acknowledged, or that it acknowledges; null where there is none.</summary>
    public long? AckId { get; private init; }

    /// <summary>The JSON text that the packet ends with, unread; empty where there is none.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Reads a packet. The payload is not looked at.</summary>
    /// <param name="text">The whole packet.</param>
    /// <param name="packet">The packet.</param>
    /// <returns>False where it is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out Packet packet)
    {
        packet = default;
        if (!TryReadDigit(ref text, out var engine) || !Enum.IsDefined((EngineIoType)engine))
        {
            return false;
        }

        if ((EngineIoType)engine != EngineIoType.Message)
        {
            packet = new Packet { Engine = (EngineIoType)engine, Payload = text };
            return true;
        }

        if (!TryReadDigit(ref text, out var type) || !Enum.IsDefined((SocketIoType)type))
        {
            return false;
        }

        var attachments = 0L;
        var isBinary = (SocketIoType)type is SocketIoType.BinaryEvent or SocketIoType.BinaryAck;
        if (isBinary && !(TryReadNumber(ref text, out attachments) && attachments <= int.MaxValue && TrySkip(ref text, (byte)'-')))
        {
            return false;
        }

        if (!TryReadNamespace(ref text, out var name))
        {
            return false;
        }

        long? ackId = null;
        if (text.Length > 0 && IsDigit(text[0]))
        {
            if (!TryReadNumber(ref text, out var number))
            {
                return false;
            }

            ackId = number;
        }

        packet = new Packet
        {
            Engine = EngineIoType.Message,
            Type = (SocketIoType)type,
            Attachments = (int)attachments,
            Namespace = name,
            AckId = ackId,
            Payload = text,
        };
        return true;
    }

    /// <summary>The namespace up to its comma, which may be missing where nothing follows.</summary>
    private static bool TryReadNamespace(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name)
    {
        name = MainNamespace;
        if (text.Length == 0 || text[0] != (byte)'/')
        {
            return true;
        }

        var comma = text.IndexOf((byte)',');
        name = comma < 0 ? text : text[..comma];
        text = comma < 0 ? [] : text[(comma + 1)..];
        return name.Length <= MaxNamespaceLength;
    }

    private static bool TryReadDigit(scoped ref ReadOnlySpan<byte> text, out int digit)
    {
        digit = text.Length > 0 && IsDigit(text[0]) ? text[0] - '0' : -1;
        text = digit < 0 ? text : text[1..];
        return digit >= 0;
    }

    /// <summary>A number without a sign, that is no larger than the largest long.</summary>
    private static bool TryReadNumber(scoped ref ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        if (text.Length == 0 || !IsDigit(text[0]) || !Utf8Parser.TryParse(text, out number, out var length))
        {
            return false;
        }

        text = text[length..];
        return true;
    }

    private static bool TrySkip(scoped ref ReadOnlySpan<byte> text, byte expected)
    {
        if (text.Length == 0 || text[0] != expected)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static bool IsDigit(byte character) => character is >= (byte)'0' and <= (byte)'9';
}
