using System.Text;

namespace Fayo.Calls.Silo.Settings;

/// <summary>Finds secrets that protect nothing: too short, easily guessed, or copied from an example.</summary>
internal static class SecretRules
{
    /// <summary>How long a secret for HMAC with SHA-256 has to be, in bytes: as long as the hash (RFC 7518, section 3.2).</summary>
    public const int MinBytes = 32;

    /// <summary>A secret that is made of a shorter text again and again is no better than that text.</summary>
    private const int MinPeriod = 8;

    /// <summary>What people write where a secret belongs, in lower case and without anything but letters and digits.</summary>
    private static readonly HashSet<string> Placeholders = new(StringComparer.Ordinal)
    {
        "secret", "password", "passwort", "default", "example", "jwtsecret", "jwtsecretkey", "mysecret", "mysecretkey",
        "supersecret", "supersecretkey", "secretkey", "topsecret", "verysecret", "verysecretkey", "secretsecret", "testsecret",
        "devsecret", "developmentsecret", "0123456789abcdef", "0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwxyz123456", "12345678901234567890123456789012",
        "thisisasecret", "thisisasecretkey", "turnsecret",
    };

    /// <summary>Texts that no random secret contains.</summary>
    private static readonly string[] Telltales =
    [
        "changeme", "changethis", "replaceme", "replacethis", "placeholder", "yoursecret", "your256bitsecret", "yourjwtsecret", "donotuse",
        "insertyour", "secrethere", "valuehere",
    ];

    /// <summary>What a template has where the secret was to be put in.</summary>
    private static readonly string[] TemplateMarks = ["{{", "}}", "${", "$(", "<%"];

    /// <summary>What is wrong with a secret, as the end of a sentence that begins with its name; null where it will do.</summary>
    /// <param name="secret">The secret; no message repeats it.</param>
    /// <param name="minBytes">How long it has to be, in bytes of UTF-8.</param>
    public static string? FindProblem(string secret, int minBytes)
    {
        if (Encoding.UTF8.GetByteCount(secret) is var bytes && bytes < minBytes)
        {
            return $"has {bytes} bytes; it has to have {minBytes} at least, such as 'openssl rand -hex 32' makes.";
        }

        var letters = string.Concat(secret.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        if (PeriodOf(secret) < MinPeriod || PeriodOf(letters) < MinPeriod)
        {
            return "is a short text again and again, which is easily guessed.";
        }

        var period = letters[..PeriodOf(letters)];
        // A number at the end, as whoever needs a second one or more characters adds it, makes no other secret of a placeholder.
        var unnumbered = letters.TrimEnd("0123456789".ToCharArray());
        return Placeholders.Contains(period)
            || Placeholders.Contains(unnumbered[..PeriodOf(unnumbered)])
            || Array.Exists(Telltales, letters.Contains)
            || Array.Exists(TemplateMarks, secret.Contains) || (secret.StartsWith('<') && secret.EndsWith('>'))
            ? "is a placeholder that everybody knows."
            : null;
    }

    /// <summary>The length of the shortest text of which this one is a repetition, the last time perhaps cut off.</summary>
    /// <returns>The length of the whole text where it is no repetition.</returns>
    private static int PeriodOf(string text)
    {
        for (var period = 1; period < text.Length; period++)
        {
            if (text.AsSpan(period).SequenceEqual(text.AsSpan(0, text.Length - period)))
            {
                // A text whose end happens to be like its beginning is no repetition.
                return period <= text.Length / 2 ? period : text.Length;
            }
        }

        return text.Length;
    }
}
