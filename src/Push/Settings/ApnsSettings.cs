using System.Security.Cryptography;

namespace Fayo.Calls.Push.Settings;

/// <summary>How Apple's push service is reached.</summary>
public sealed class ApnsSettings
{
    /// <summary>Where Apple's push service is. For development builds of an app it is <c>api.sandbox.push.apple.com</c>.</summary>
    public static readonly Uri DefaultUrl = new("https://api.push.apple.com/");

    private const string TopicEnd = ".voip";

    /// <summary>Apple accepts signatures by ES256 alone, which needs a key of P-256.</summary>
    private const int KeyBits = 256;

    private readonly string _topic = "";

    /// <summary>The identifier of the key, as Apple shows it.</summary>
    public required string KeyId { get; init; }

    /// <summary>The team that the key belongs to.</summary>
    public required string TeamId { get; init; }

    /// <summary>The app's bundle id, with or without <c>.voip</c> at its end.</summary>
    public required string Topic
    {
        get => _topic;
        init => _topic = value.EndsWith(TopicEnd, StringComparison.Ordinal) ? value : value + TopicEnd;
    }

    /// <summary>The base address.</summary>
    public required Uri Url { get; init; }

    /// <summary>The private key. Never logged.</summary>
    public required ECParameters Key { get; init; }

    /// <summary>Reads a key file, as Apple's developer pages give it (<c>.p8</c>).</summary>
    /// <exception cref="FormatException">It is no such file; the message is the end of a sentence, and does not repeat it.</exception>
    public static ECParameters ParseKey(string pem)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            return key.KeySize == KeyBits
                ? key.ExportParameters(includePrivateParameters: true)
                : throw new CryptographicException($"The key has {key.KeySize} bits.");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new FormatException("is not a key file of Apple's push service (.p8).", e);
        }
    }

    /// <summary>Without the key.</summary>
    public override string ToString() => $"APNs topic {Topic}";
}
