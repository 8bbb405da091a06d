using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fayo.Calls.Silo.Network;

/// <summary>
/// The certificates for mutual TLS between silos, in one folder: this silo's own, for server and client use (see <see
/// cref="CertificateFolder"/>), and
/// <c>ca.crt</c>, which signs the certificates of all silos.
/// </summary>
internal sealed class SiloCertificates(string folder)
{
    private const string AuthorityFile = "ca.crt";
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly CertificateFolder _own = new(folder);

    /// <summary>What is wrong with the folder, as the end of a sentence; null where nothing is.</summary>
    public static string? FindProblem(string folder)
    {
        if (CertificateFolder.FindProblem(folder, AuthorityFile) is { } problem)
        {
            return problem;
        }

        try
        {
            var certificates = new SiloCertificates(folder);
            var own = certificates.GetOwn();
            if (!HasBothUses(own))
            {
                const string Uses = "both server and client authentication (extended key usage)";
                return $"has a {CertificateFolder.CertificateFile} that is not for {Uses}.";
            }

            return certificates.IsTrusted(own) ? null : $"has a {CertificateFolder.CertificateFile} that is not signed by {AuthorityFile}.";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"holds files that cannot be used: {e.Message.TrimEnd('.')}.";
        }
    }

    /// <summary>This silo's certificate.</summary>
    public X509Certificate2 GetOwn() => _own.Get();

    /// <summary>Whether a certificate is one of the cluster's: signed by its authority, and valid now.</summary>
    public bool IsTrusted(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(Path.Combine(folder, AuthorityFile));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static bool HasBothUses(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is not { } uses
        || (uses.EnhancedKeyUsages[ServerUse] is not null && uses.EnhancedKeyUsages[ClientUse] is not null);
}
