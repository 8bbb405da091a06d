using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Agora;

/// <summary>An Agora project: what tokens are made for, and the secret they are signed with.</summary>
/// <remarks>
/// The certificate is no public property, so that neither a log nor a serializer prints it. Source of the format: Agora's console,
/// where both are 32 hexadecimal characters.
/// </remarks>
public sealed class AgoraProject
{
    private const int IdentifierLength = 32;

    private readonly byte[] _certificate;
    private volatile KeyOfSecond? _newest;

    /// <summary>Takes the project's two identifiers as Agora's console shows them.</summary>
    /// <param name="appId">The app id: 32 hexadecimal characters.</param>
    /// <param name="appCertificate">The app certificate: 32 hexadecimal characters; a secret.</param>
    /// <exception cref="ArgumentException">One of them is missing or not 32 hexadecimal characters; the message names which, and
    /// never holds the value.</exception>
    public AgoraProject(string? appId, string? appCertificate)
    {
        AppId = Checked(appId, nameof(AppId), nameof(appId));
        _certificate = Encoding.ASCII.GetBytes(Checked(appCertificate, "AppCertificate", nameof(appCertificate)));
    }

    /// <summary>The app id; public, clients need it to join.</summary>
    public string AppId { get; }

    /// <summary>Names the project by its app id alone.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"Agora project {AppId}";

    /// <summary>The first half of a signing key: the same for all tokens of one second, so the newest one is kept.</summary>
    /// <param name="issued">Seconds since 1970.</param>
    /// <returns>HMAC-SHA256 of the certificate's 32 characters (not the 16 bytes they spell), with the second as the key.</returns>
    internal ReadOnlySpan<byte> KeyOf(uint issued)
    {
        var kept = _newest;
        if (kept is null || kept.Issued != issued)
        {
            Span<byte> second = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(second, issued);
            kept = new KeyOfSecond(issued, HMACSHA256.HashData(second, _certificate));
            _newest = kept;
        }

        return kept.Key;
    }

    private static string Checked(string? value, string field, string parameter)
    {
        if (string.IsNullOrEmpty(value))
        {
            throw new ArgumentException($"{field} is missing; it is 32 hexadecimal characters.", parameter);
        }

        if (value.Length != IdentifierLength)
        {
            var problem = string.Create(CultureInfo.InvariantCulture, $"{field} must be 32 hexadecimal characters; it has {value.Length}.");
            throw new ArgumentException(problem, parameter);
        }

        if (!value.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException($"{field} must be 32 hexadecimal characters; it holds others.", parameter);
        }

        return value;
    }

    // Immutable and replaced as a whole: threads that see different seconds at the same moment each use a matching key.
    private sealed class KeyOfSecond(uint issued, byte[] key)
    {
        public uint Issued => issued;

        public ReadOnlySpan<byte> Key => key;
    }
}
