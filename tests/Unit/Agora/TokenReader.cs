using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Agora;

/// <summary>A token taken apart by nothing of the product's own code: .NET's inflater, and Agora's published layout read anew.</summary>
internal sealed record TokenReader(
    string AppId, uint IssuedAt, uint SecondsToLive, uint Salt, IReadOnlyList<ReadService> Services, byte[] Signature, byte[] Signed)
{
    public static byte[] Inflate(string token)
    {
        Assert.StartsWith("007", token, StringComparison.Ordinal);
        using var stream = new ZLibStream(new MemoryStream(Convert.FromBase64String(token[3..])), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        stream.CopyTo(inflated);
        return inflated.ToArray();
    }

    public static TokenReader Read(string token)
    {
        var fields = new Fields(Inflate(token));
        var signature = fields.Bytes(fields.Short());
        var signed = fields.Rest();
        var appId = fields.Text();
        var issuedAt = fields.Number();
        var secondsToLive = fields.Number();
        var salt = fields.Number();
        var services = new ReadService[fields.Short()];
        for (var i = 0; i < services.Length; i++)
        {
            services[i] = ReadServiceFrom(fields);
        }

        Assert.Empty(fields.Rest());
        return new TokenReader(appId, issuedAt, secondsToLive, salt, services, signature, signed);
    }

    public bool IsSignedWith(string certificate)
    {
        var inner = HMACSHA256.HashData(LittleEndian(IssuedAt), Encoding.ASCII.GetBytes(certificate));
        var key = HMACSHA256.HashData(LittleEndian(Salt), inner);
        return HMACSHA256.HashData(key, Signed).AsSpan().SequenceEqual(Signature);
    }

    private static ReadService ReadServiceFrom(Fields fields)
    {
        const int Rtc = 1;
        var type = fields.Short();
        var privileges = new (int Number, uint Seconds)[fields.Short()];
        for (var i = 0; i < privileges.Length; i++)
        {
            privileges[i] = (fields.Short(), fields.Number());
        }

        return new ReadService(type, privileges, type == Rtc ? fields.Text() : null, fields.Text());
    }

    private static byte[] LittleEndian(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private sealed class Fields(byte[] content)
    {
        private int _position;

        public ushort Short() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(sizeof(ushort)));

        public uint Number() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)));

        public string Text() => Encoding.UTF8.GetString(Bytes(Short()));

        public byte[] Rest() => content[_position..];

        public byte[] Bytes(int count)
        {
            var bytes = content[_position..(_position + count)];
            _position += count;
            return bytes;
        }
    }
}

internal sealed record ReadService(int Type, IReadOnlyList<(int Number, uint Seconds)> Privileges, string? Channel, string Account);
