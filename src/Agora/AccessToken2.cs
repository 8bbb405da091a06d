using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Fayo.Calls.Agora;

/// <summary>Builds Agora's AccessToken2, version 007.</summary>
/// <remarks>
/// Source: Agora's published layout (AgoraIO/Tools, DynamicKey/AgoraDynamicKey). All numbers are little-endian; a text is its
/// length in bytes (16 bits) and its UTF-8 bytes.
/// <code>
/// token     = "007" base64(zlib(content))
/// content   = text(signature) signed
/// signed    = text(appId) u32(issuedAt) u32(secondsToLive) u32(salt) u16(number of services) service...
/// service   = u16(type) u16(number of privileges) (u16(privilege) u32(secondsToLive))... text...
/// key       = HMAC(u32(salt), HMAC(u32(issuedAt), appCertificate))
/// signature = HMAC(key, signed), each of the three HMAC-SHA256
/// </code>
/// All members are safe to call from any thread.
/// </remarks>
public static class AccessToken2
{
    /// <summary>The three characters every token of this layout begins with.</summary>
    public const string Version = "007";

    // With both services at their longest a token takes some 700 bytes: the limits on names are checked by ServiceGrant.
    private const int BufferBytes = 1024;

    /// <summary>Builds one token.</summary>
    /// <param name="project">The project that signs.</param>
    /// <param name="issuedAt">The time of issue; Agora counts whole seconds, fractions are cut off.</param>
    /// <param name="secondsToLive">Seconds after <paramref name="issuedAt"/> for which the token is valid; more than 0.</param>
    /// <param name="salt">A random number from 1 to 99,999,999, another for each token.</param>
    /// <param name="grants">What the token allows: one or more services in ascending order of type, each once.</param>
    /// <returns>The token: version and base64, plain ASCII.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="project"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is outside 1970 to 2106, or a number is out of its range.</exception>
    /// <exception cref="ArgumentException">There is no service, or they are not in ascending order.</exception>
    public static string Build(
        AgoraProject project, DateTimeOffset issuedAt, int secondsToLive, int salt, params ReadOnlySpan<ServiceGrant> grants)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(secondsToLive);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(salt);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(salt, Salt.Largest);
        var issued = issuedAt.ToUnixTimeSeconds();
        if (issued is < 0 or > uint.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(issuedAt), issuedAt, "An Agora token counts seconds from 1970 in 32 bits.");
        }

        ThrowUnlessAscending(grants);

        Span<byte> buffer = stackalloc byte[BufferBytes];
        var content = buffer[StoredZlib.HeaderBytes..];
        var writer = new TokenWriter(content);
        var signature = writer.WriteRoomFor(HMACSHA256.HashSizeInBytes);
        var signedFrom = writer.Length;
        writer.WriteText(project.AppId);
        writer.WriteNumber((uint)issued);
        writer.WriteNumber((uint)secondsToLive);
        writer.WriteNumber((uint)salt);
        writer.WriteShort((ushort)grants.Length);
        foreach (ref readonly var grant in grants)
        {
            grant.WriteTo(ref writer);
        }

        Sign(project, (uint)issued, (uint)salt, content[signedFrom..writer.Length], signature);

        var stream = buffer[..(StoredZlib.HeaderBytes + writer.Length + StoredZlib.TrailerBytes)];
        StoredZlib.Frame(stream);
        return Encode(stream);
    }

    private static void ThrowUnlessAscending(ReadOnlySpan<ServiceGrant> grants)
    {
        if (grants.IsEmpty)
        {
            throw new ArgumentException("A token needs at least one service.", nameof(grants));
        }

        var previous = default(ServiceType);
        foreach (ref readonly var grant in grants)
        {
            if (grant.Type <= previous)
            {
                throw new ArgumentException("Services stand in ascending order of type, each once.", nameof(grants));
            }

            previous = grant.Type;
        }
    }

    private static void Sign(AgoraProject project, uint issued, uint salt, ReadOnlySpan<byte> signed, Span<byte> signature)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        Span<byte> key = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(number, salt);
        HMACSHA256.HashData(number, project.KeyOf(issued), key);
        HMACSHA256.HashData(key, signed, signature);
    }

    private static string Encode(ReadOnlySpan<byte> stream)
    {
        var length = Version.Length + ((stream.Length + 2) / 3 * 4);
        return string.Create(length, stream, static (token, bytes) =>
        {
            Version.CopyTo(token);
            Convert.TryToBase64Chars(bytes, token[Version.Length..], out _);
        });
    }
}
