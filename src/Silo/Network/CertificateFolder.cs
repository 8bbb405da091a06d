using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fayo.Calls.Silo.Network;

/// <summary>
/// A certificate with its key in one folder: <c>tls.crt</c> (with intermediate certificates, if any) and <c>tls.key</c>, PEM, as
/// Kubernetes' TLS secrets
/// have them.
/// </summary>
internal sealed class CertificateFolder(string folder)
{
    /// <summary>The file with the certificate.</summary>
    public const string CertificateFile = "tls.crt";

    private const string KeyFile = "tls.key";

    private readonly Lock _gate = new();
    private (DateTime WrittenAt, X509Certificate2 Certificate)? _loaded;

    /// <summary>What is wrong with the folder, as the end of a sentence; null where nothing is.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="otherFiles">What else has to be there.</param>
    public static string? FindProblem(string folder, params ReadOnlySpan<string> otherFiles)
    {
        foreach (var file in (ReadOnlySpan<string>)[CertificateFile, KeyFile, .. otherFiles])
        {
            if (!File.Exists(Path.Combine(folder, file)))
            {
                var needed = string.Join(", ", [CertificateFile, KeyFile, .. otherFiles]);
                return $"has to be a folder with {needed}; there is no {Path.Combine(folder, file)}.";
            }
        }

        try
        {
            using var certificate = new CertificateFolder(folder).Load();
            var now = DateTime.Now;
            return certificate.NotBefore > now || certificate.NotAfter < now
                ? $"has a {CertificateFile} that is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u} only."
                : null;
        }
        catch (Exception e) when (IsUnusable(e))
        {
            return $"holds files that cannot be used: {e.Message.TrimEnd('.')}.";
        }
    }

    /// <summary>The certificate, read again when the file has been replaced.</summary>
    public X509Certificate2 Get()
    {
        var writtenAt = File.GetLastWriteTimeUtc(Path.Combine(folder, CertificateFile));
        lock (_gate)
        {
            if (_loaded?.WrittenAt != writtenAt)
            {
                try
                {
                    _loaded = (writtenAt, Load());
                }
                catch (Exception e) when (_loaded is not null && IsUnusable(e))
                {
                    // The files are just being replaced: certificate and key do not fit until both are there.
                }
            }

            return _loaded!.Value.Certificate;
        }
    }

    private static bool IsUnusable(Exception failure) =>
        failure is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException;

    private X509Certificate2 Load() =>
        X509Certificate2.CreateFromPemFile(Path.Combine(folder, CertificateFile), Path.Combine(folder, KeyFile));
}
