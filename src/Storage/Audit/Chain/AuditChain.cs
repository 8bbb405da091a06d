using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Storage.Audit.Chain;

/// <summary>The hashes that make entries a chain, as docs/security.md describes them.</summary>
internal static class AuditChain
{
    private const int SaltBytes = 16;
    private const int ReferenceBytes = 16;

    /// <summary>The hash before the first entry.</summary>
    public static byte[] Start => new byte[SHA256.HashSizeInBytes];

    /// <summary>The hash of an entry: of the hash before it, then each field as its length and its text in UTF-8.</summary>
    public static byte[] HashOf(byte[] previous, AuditRow row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var field in row.Fields)
        {
            var text = field is null ? [] : Encoding.UTF8.GetBytes(field);
            // A field that is not set differs from an empty one.
            BinaryPrimitives.WriteInt32BigEndian(length, field is null ? -1 : text.Length);
            hash.AppendData(length);
            hash.AppendData(text);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>What is wrong with an entry, as a sentence; null where it is the one that was written after another.</summary>
    /// <param name="seq">The number of the entry before.</param>
    /// <param name="previous">The hash of the entry before.</param>
    /// <param name="row">The entry.</param>
    /// <param name="hash">Its hash, as it is stored.</param>
    public static string? FindDamage(long seq, byte[] previous, AuditRow row, byte[] hash) => row.Seq != seq + 1
        ? string.Create(CultureInfo.InvariantCulture, $"Entry {seq + 1} is missing; {row.Seq} comes next.")
        : HashOf(previous, row).AsSpan().SequenceEqual(hash)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Entry {row.Seq} was changed, or the one before it.");

    /// <summary>Signs an end of the chain.</summary>
    public static byte[] Sign(byte[] key, string name, long seq, byte[] hash, DateTimeOffset at) => HMACSHA256.HashData(
        key,
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{name} {seq} {Convert.ToHexStringLower(hash)} {at.ToUnixTimeMilliseconds()}")));

    /// <summary>A new salt for a reference.</summary>
    public static byte[] CreateSalt() => RandomNumberGenerator.GetBytes(SaltBytes);

    /// <summary>The reference by which entries name a user.</summary>
    public static string ReferenceTo(string userId, byte[] salt) =>
        Convert.ToHexStringLower(SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(userId)]).AsSpan(0, ReferenceBytes));

    /// <summary>A time as the database keeps it and as it goes into a hash: whole milliseconds.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
