using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Storage.Audit.Chain;

/// <summary>How the audit is kept.</summary>
public sealed class AuditSettings
{
    /// <summary>The default of <see cref="KeepFor"/>.</summary>
    public static readonly TimeSpan DefaultKeepFor = TimeSpan.FromDays(90);

    /// <summary>How long entries are kept.</summary>
    public TimeSpan KeepFor { get; init; } = DefaultKeepFor;

    /// <summary>The key with which the ends of the chain are signed. Never logged.</summary>
    internal byte[] Key { get; private init; } = [];

    /// <summary>The keys of before, whose signatures are accepted too while secrets are changed. Never logged.</summary>
    internal IReadOnlyList<byte[]> PreviousKeys { get; private init; } = [];

    /// <summary>The settings with keys that are derived from secrets.</summary>
    /// <param name="secret">The secret that all silos share and the database does not hold.</param>
    /// <param name="keepFor">How long entries are kept.</param>
    /// <param name="previousSecrets">The secrets that may have been that one before.</param>
    public static AuditSettings Of(string secret, TimeSpan keepFor, params IReadOnlyList<string> previousSecrets) => new()
    {
        KeepFor = keepFor,
        Key = KeyOf(secret),
        PreviousKeys = [.. previousSecrets.Select(KeyOf)],
    };

    private static byte[] KeyOf(string secret) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "fayo_audit"u8);
}
