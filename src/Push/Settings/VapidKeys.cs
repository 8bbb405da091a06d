using System.Buffers.Text;
using System.Security.Cryptography;

namespace Fayo.Calls.Push.Settings;

/// <summary>The key pair by which browsers' push services know this service (RFC 8292). The same for all silos, and for years.</summary>
public sealed class VapidKeys
{
    private const int PrivateLength = 32;
    private const int PublicLength = 65;
    private const byte Uncompressed = 4;

    private VapidKeys(string publicKey, string privateKey, ECParameters parameters) =>
        (PublicKey, PrivateKey, Parameters) = (publicKey, privateKey, parameters);

    /// <summary>The public key: a point of P-256, uncompressed, base64url. Browsers subscribe to it.</summary>
    public string PublicKey { get; }

    /// <summary>The private key: 32 bytes, base64url. Never logged.</summary>
    public string PrivateKey { get; }

    /// <summary>Both keys. Never logged.</summary>
    internal ECParameters Parameters { get; }

    /// <summary>Makes a new pair.</summary>
    public static VapidKeys Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        return new VapidKeys(EncodePublic(parameters.Q), Base64Url.EncodeToString(parameters.D), parameters);
    }

    /// <summary>Reads a pair.</summary>
    /// <exception cref="FormatException">The keys are no pair; the message is the end of a sentence about the private key, and does not
    /// repeat it.</exception>
    public static VapidKeys Parse(string publicKey, string privateKey)
    {
        if (Decode(privateKey) is not { Length: PrivateLength } scalar)
        {
            throw new FormatException("has to be 32 bytes in base64url, as the command vapid-keys makes them.");
        }

        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
            var parameters = key.ExportParameters(includePrivateParameters: true);
            return IsPublicKey(publicKey) && EncodePublic(parameters.Q) == publicKey.TrimEnd('=')
                ? new VapidKeys(publicKey.TrimEnd('='), privateKey.TrimEnd('='), parameters)
                : throw new FormatException("does not belong to Calls__Push__VapidPublicKey.");
        }
        catch (CryptographicException e)
        {
            throw new FormatException("is no private key of P-256.", e);
        }
    }

    /// <summary>Whether a text is a public key of P-256: a point of the curve, uncompressed, base64url.</summary>
    public static bool IsPublicKey(string text)
    {
        if (Decode(text) is not { Length: PublicLength } point || point[0] != Uncompressed)
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[1..33], Y = point[33..] },
            });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The bytes of a base64url text, with or without padding; null where it is none.</summary>
    internal static byte[]? Decode(string text) => Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    /// <summary>Without the keys.</summary>
    public override string ToString() => nameof(VapidKeys);

    private static string EncodePublic(ECPoint point) => Base64Url.EncodeToString([Uncompressed, .. point.X!, .. point.Y!]);
}
