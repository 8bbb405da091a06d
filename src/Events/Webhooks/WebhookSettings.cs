using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Events.Webhooks;

/// <summary>A webhook: a URL to which events are posted.</summary>
/// <param name="Url">The URL. It may hold a secret, and is not printed.</param>
/// <param name="Secret">What the requests are signed with.</param>
/// <param name="Kinds">The steps of a call of which it is told.</param>
/// <param name="AllowsPrivate">Whether the URL may lead to an address that is not public, and may be without TLS.</param>
public sealed record WebhookSettings(Uri Url, WebhookSecret Secret, IReadOnlySet<TimelineKind> Kinds, bool AllowsPrivate)
{
    private const int HashDigits = 8;

    /// <summary>
    /// The name in the outbox, in metrics and in logs: the host, and enough of a hash of the URL to tell webhooks of one host apart.
    /// </summary>
    public string Name { get; } =
        $"webhook:{Url.Host}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Url.AbsoluteUri)))[..HashDigits]}";

    /// <summary>Only the name.</summary>
    public override string ToString() => Name;
}
