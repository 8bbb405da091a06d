using System.IO.Compression;
using Fayo.Calls.Agora;
using FsCheck.Xunit;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Agora;

public sealed class StoredZlibTests
{
    [Property]
    public void Any_inflater_reads_back_what_was_framed(byte[] content) => AssertReadsBack(content);

    [Theory]
    [InlineData(0)]
    [InlineData(5_552)]
    [InlineData(5_553)]
    [InlineData(65_535)]
    public void Contents_of_any_length_a_stored_block_can_have_are_read_back(int length)
    {
        // The largest bytes there are: the ones with which a sum would overflow first.
        var content = new byte[length];
        Array.Fill(content, byte.MaxValue);
        AssertReadsBack(content);
    }

    [Fact]
    public void A_content_too_long_for_one_block_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Framed(new byte[65_536]));

    [Theory]
    // From RFC 1950's reference: the checksum of nothing is 1; the other is a well-known example.
    [InlineData("", 0x00000001u)]
    [InlineData("Wikipedia", 0x11E60398u)]
    public void The_checksum_is_adler_32(string text, uint expected)
    {
        var framed = Framed(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal(expected, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(framed.AsSpan(^4..)));
    }

    private static void AssertReadsBack(byte[] content)
    {
        using var stream = new ZLibStream(new MemoryStream(Framed(content)), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        stream.CopyTo(inflated);
        Assert.Equal(content, inflated.ToArray());
    }

    private static byte[] Framed(byte[] content)
    {
        var stream = new byte[StoredZlib.HeaderBytes + content.Length + StoredZlib.TrailerBytes];
        content.CopyTo(stream, StoredZlib.HeaderBytes);
        StoredZlib.Frame(stream);
        return stream;
    }
}
