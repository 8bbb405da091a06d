using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fayo.Calls.Silo.Cluster;

/// <summary>
/// The certificates for mutual TLS between silos, in one folder: <c>tls.crt</c> and <c>tls.key</c> (this silo's own, for server and client
/// use), and <c>ca.crt</c> (who signs the certificates of all silos). PEM, as Kubernetes' TLS secrets have them.
/// </summary>
internal sealed class SiloCertificates(string folder)
{
    private const string CertificateFile = "tls.crt";
    private const string KeyFile = "tls.key";
    private const string AuthorityFile = "ca.crt";
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly Lock _gate = new();
    private (DateTime WrittenAt, X509Certificate2 Certificate)? _own;

    /// <summary>What is wrong with the folder, as the end of a sentence; null where nothing is.</summary>
    public static string? FindProblem(string folder)
    {
        foreach (var file in new[] { CertificateFile, KeyFile, AuthorityFile })
        {
            if (!File.Exists(Path.Combine(folder, file)))
            {
                return $"has to be a folder with {CertificateFile}, {KeyFile} and {AuthorityFile}; there is no {Path.Combine(folder, file)}.";
            }
        }

        try
        {
            var certificates = new SiloCertificates(folder);
            using var own = certificates.LoadOwn();
            if (!HasBothUses(own))
            {
                return $"has a {CertificateFile} that is not for both server and client authentication (extended key usage).";
            }

            return certificates.IsTrusted(own) ? null : $"has a {CertificateFile} that is not signed by {AuthorityFile}, or is not valid now.";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"holds files that cannot be used: {e.Message.TrimEnd('.')}.";
        }
    }

    /// <summary>This silo's certificate, read again when the file has been replaced.</summary>
    public X509Certificate2 GetOwn()
    {
        var writtenAt = File.GetLastWriteTimeUtc(Path.Combine(folder, CertificateFile));
        lock (_gate)
        {
            if (_own is not { } own || own.WrittenAt != writtenAt)
            {
                _own = own = (writtenAt, LoadOwn());
            }

            return own.Certificate;
        }
    }

    /// <summary>Whether a certificate is one of the cluster's: signed by its authority, and valid now.</summary>
    public bool IsTrusted(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(Path.Combine(folder, AuthorityFile));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private X509Certificate2 LoadOwn() =>
        X509Certificate2.CreateFromPemFile(Path.Combine(folder, CertificateFile), Path.Combine(folder, KeyFile));

    private static bool HasBothUses(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is not { } uses
        || (uses.EnhancedKeyUsages[ServerUse] is not null && uses.EnhancedKeyUsages[ClientUse] is not null);
}
