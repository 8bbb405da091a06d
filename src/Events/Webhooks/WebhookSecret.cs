using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Events.Webhooks;

/// <summary>
/// The secret of a webhook, <c>whsec_</c> and 24 to 64 bytes in base64, and the signature that it makes:
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
/// </summary>
public sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int MinBytes = 24;
    private const int MaxBytes = 64;

    /// <summary>24 random bytes have fewer different ones only once in many billions of times.</summary>
    private const int MinDifferentBytes = 12;

    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    /// <summary>Reads a secret.</summary>
    /// <param name="text">The secret as it is set.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="problem">What is wrong, as the end of a sentence that begins with the setting's name. Never the secret.</param>
    /// <returns>Whether it can be used.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out WebhookSecret? secret, [NotNullWhen(false)] out string? problem)
    {
        secret = null;
        problem = null;
        var key = new byte[MaxBytes];
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)
            || text.Length - Prefix.Length > MaxBytes * 2
            || !Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            || length < MinBytes)
        {
            problem = $"has to be {Prefix} and {MinBytes} to {MaxBytes} random bytes in base64: "
                + $"echo {Prefix}$(openssl rand -base64 32).";
            return false;
        }

        Array.Resize(ref key, length);
        if (key.Distinct().Count() < MinDifferentBytes)
        {
            problem = "is not random, and easily guessed.";
            return false;
        }

        secret = new WebhookSecret(key);
        return true;
    }

    /// <summary>The signature of a request, as the header <c>webhook-signature</c> has it.</summary>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="body">The body.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(head);
        hash.AppendData(body);
        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }

    /// <summary>Not the secret.</summary>
    public override string ToString() => nameof(WebhookSecret);
}
