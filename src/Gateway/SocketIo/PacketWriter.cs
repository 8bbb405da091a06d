using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Gateway.Sockets;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>Writes packets, each with its separator. See <see cref="Packet"/> for how they look.</summary>
internal static class PacketWriter
{
    private const int MaxNumberLength = 20;

    /// <summary>Writes a packet of Engine.IO that has no content, or a short one.</summary>
    /// <param name="output">Where it is written to.</param>
    /// <param name="type">Its type.</param>
    /// <param name="content">Its content.</param>
    public static void Write(IBufferWriter<byte> output, EngineIoType type, ReadOnlySpan<byte> content = default)
    {
        output.Write([(byte)('0' + (int)type)]);
        output.Write(content);
        End(output);
    }

    /// <summary>Writes a packet of Socket.IO.</summary>
    /// <param name="output">Where it is written to.</param>
    /// <param name="type">Its type.</param>
    /// <param name="name">The namespace.</param>
    /// <param name="ackId">The id of the event that it acknowledges; null where it acknowledges none.</param>
    /// <param name="state">What the payload is made of.</param>
    /// <param name="writePayload">Writes the payload; null where there is none.</param>
    /// <param name="options">How JSON is written.</param>
    public static void Write<TState>(
        IBufferWriter<byte> output,
        SocketIoType type,
        string name,
        long? ackId,
        TState state,
        Action<Utf8JsonWriter, TState>? writePayload,
        JsonWriterOptions options)
    {
        output.Write([(byte)('0' + (int)EngineIoType.Message), (byte)('0' + (int)type)]);
        if (name != "/")
        {
            Encoding.UTF8.GetBytes(name, output);
            output.Write(","u8);
        }

        if (ackId is { } id)
        {
            var number = output.GetSpan(MaxNumberLength);
            Utf8Formatter.TryFormat(id, number, out var length);
            output.Advance(length);
        }

        if (writePayload is not null)
        {
            using var json = new Utf8JsonWriter(output, options);
            writePayload(json, state);
        }

        End(output);
    }

    private static void End(IBufferWriter<byte> output) => output.Write([PacketFraming.Separator]);
}
