using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Events.Webhooks;

/// <summary>A webhook: a URL to which events are posted.</summary>
/// <param name="Url">The URL. It may hold a secret, and is not printed.</param>
/// <param name="Secret">What the requests are signed with.</param>
/// <param name="PreviousSecret">What they are signed with too while the secret is changed; null where it is not.</param>
/// <param name="Kinds">The steps of a call of which it is told.</param>
/// <param name="AllowsPrivate">Whether the URL may lead to an address that is not public, and may be without TLS.</param>
public sealed record WebhookSettings(
    Uri Url, WebhookSecret Secret, WebhookSecret? PreviousSecret, IReadOnlySet<TimelineKind> Kinds, bool AllowsPrivate)
{
    private const int HashDigits = 8;

    /// <summary>
    /// The name in the outbox, in metrics and in logs: the host, and enough of a hash of the URL to tell webhooks of one host apart.
    /// </summary>
    public string Name { get; } =
        $"webhook:{Url.Host}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Url.AbsoluteUri)))[..HashDigits]}";

    /// <summary>
    /// The value of the header <c>webhook-signature</c>: a signature with each secret, separated by a space. A receiver needs one that it
    /// can verify, so it may change to the new secret at any time.
    /// </summary>
    /// <inheritdoc cref="WebhookSecret.Sign" path="/param"/>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var signature = Secret.Sign(id, timestamp, body);
        return PreviousSecret is null ? signature : $"{signature} {PreviousSecret.Sign(id, timestamp, body)}";
    }

    /// <summary>Only the name.</summary>
    public override string ToString() => Name;
}
