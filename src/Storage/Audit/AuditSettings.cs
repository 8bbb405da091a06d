using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Storage.Audit;

/// <summary>How the audit is kept.</summary>
public sealed class AuditSettings
{
    /// <summary>The default of <see cref="KeepFor"/>.</summary>
    public static readonly TimeSpan DefaultKeepFor = TimeSpan.FromDays(90);

    /// <summary>How long entries are kept.</summary>
    public TimeSpan KeepFor { get; init; } = DefaultKeepFor;

    /// <summary>The key with which the ends of the chain are signed. Never logged.</summary>
    internal byte[] Key { get; private init; } = [];

    /// <summary>The settings with a key that is derived from a secret.</summary>
    /// <param name="secret">The secret that all silos share and the database does not hold.</param>
    /// <param name="keepFor">How long entries are kept.</param>
    public static AuditSettings Of(string secret, TimeSpan keepFor) => new()
    {
        KeepFor = keepFor,
        Key = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "fayo_audit"u8),
    };
}
