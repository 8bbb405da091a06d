using Orleans.Connections.Security;

namespace Fayo.Calls.Silo.Network;

/// <summary>
/// Mutual TLS between silos. It cannot be turned on in a running cluster: silos with TLS and silos without it cannot talk to
/// each other.
/// </summary>
internal static class SiloTls
{
    /// <summary>
    /// The name that silos ask each other for. Silos are known by their authority, not by their names, which change with every
    /// pod.
    /// </summary>
    private const string TargetHost = "fayo-calls-silo";

    /// <summary>Makes silos use TLS, with the certificates of a folder.</summary>
    public static void UseSiloTls(this ISiloBuilder silo, string folder)
    {
        var certificates = new SiloCertificates(folder);
        silo.Services.AddSingleton(certificates).AddHostedService<SiloCertificateMetrics>();
        silo.UseTls(options =>
        {
            // Orleans needs the certificate and both selectors; the selectors see a certificate that was replaced.
            options.LocalCertificate = certificates.GetOwn();
            options.LocalServerCertificateSelector = (_, _) => certificates.GetOwn();
            options.LocalClientCertificateSelector = (_, _, _, _, _) => certificates.GetOwn();
            options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
            options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
            options.RemoteCertificateValidation = (certificate, _, _) => certificates.IsTrusted(certificate);
            options.OnAuthenticateAsClient = (_, client) => client.TargetHost = TargetHost;
        });
    }
}
