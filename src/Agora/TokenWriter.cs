using System.Buffers.Binary;
using System.Text;

namespace Fayo.Calls.Agora;

/// <summary>Packs the fields of an AccessToken2: little-endian numbers, and texts behind their length in bytes.</summary>
/// <param name="buffer">Where to; writing past its end throws <see cref="ArgumentException"/> or
/// <see cref="ArgumentOutOfRangeException"/>.</param>
internal ref struct TokenWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void WriteShort(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[Length..], value);
        Length += sizeof(ushort);
    }

    public void WriteNumber(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[Length..], value);
        Length += sizeof(uint);
    }

    public void WriteText(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value, _buffer[(Length + sizeof(ushort))..]);
        WriteShort((ushort)bytes);
        Length += bytes;
    }

    /// <summary>Writes a length, and leaves its bytes to be filled in later.</summary>
    /// <param name="bytes">How many bytes.</param>
    /// <returns>The bytes left out.</returns>
    public Span<byte> WriteRoomFor(int bytes)
    {
        WriteShort((ushort)bytes);
        var room = _buffer.Slice(Length, bytes);
        Length += bytes;
        return room;
    }
}
