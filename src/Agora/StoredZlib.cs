using System.Buffers.Binary;

namespace Fayo.Calls.Agora;

/// <summary>
/// Frames bytes as a zlib stream (RFC 1950) with one stored deflate block (RFC 1951, 3.2.4), in place.
/// </summary>
/// <remarks>
/// A token holds some 200 bytes, half of them digest and salt that nothing compresses, and setting a compressor up costs more
/// than everything else in minting. A stored block is as valid as any other: every inflater reads it.
/// </remarks>
internal static class StoredZlib
{
    /// <summary>Bytes before the content.</summary>
    public const int HeaderBytes = 7;

    /// <summary>Bytes after the content.</summary>
    public const int TrailerBytes = sizeof(uint);

    /// <summary>The most one stored block holds, in bytes.</summary>
    public const int LargestContent = ushort.MaxValue;

    /// <summary>Writes what stands before and after the content that is already in its place.</summary>
    /// <param name="stream"><see cref="HeaderBytes"/>, the content, <see cref="TrailerBytes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The content is longer than <see cref="LargestContent"/>.</exception>
    public static void Frame(Span<byte> stream)
    {
        var content = stream[HeaderBytes..^TrailerBytes];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, LargestContent, nameof(stream));

        // Deflate with a window of 32 KiB, no dictionary, fastest level; the two bytes are a multiple of 31 as the RFC demands.
        stream[0] = 0x78;
        stream[1] = 0x01;
        // The last block, and stored; then its length, and the length's complement.
        stream[2] = 0x01;
        BinaryPrimitives.WriteUInt16LittleEndian(stream[3..], (ushort)content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(stream[5..], (ushort)~content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(stream[^TrailerBytes..], Adler32(content));
    }

    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        const uint Base = 65_521;
        // As many bytes as can be summed before 32 bits overflow (the constant NMAX of zlib).
        const int Stride = 5_552;

        uint sum = 1;
        uint sumOfSums = 0;
        while (!bytes.IsEmpty)
        {
            var stride = bytes[..Math.Min(Stride, bytes.Length)];
            foreach (var value in stride)
            {
                sum += value;
                sumOfSums += sum;
            }

            sum %= Base;
            sumOfSums %= Base;
            bytes = bytes[stride.Length..];
        }

        return (sumOfSums << 16) | sum;
    }
}
