namespace Fayo.Calls;

/// <summary>A browser's push subscription, as its <c>PushSubscription.toJSON()</c> gives it.</summary>
/// <param name="Endpoint">Where pushes go. Whoever knows it knows the browser: it is never logged nor told.</param>
/// <param name="P256dh">The browser's public key (P-256, uncompressed), base64url.</param>
/// <param name="Auth">The secret that encrypts for this browser (16 bytes), base64url.</param>
/// <param name="ExpiresAt">When it ends, where the browser says so.</param>
[GenerateSerializer, Immutable, Alias("Fayo.PushSubscription")]
public sealed record PushSubscription(
    [property: Id(0)] string Endpoint,
    [property: Id(1)] string P256dh,
    [property: Id(2)] string Auth,
    [property: Id(3)] DateTimeOffset? ExpiresAt = null)
{
    /// <summary>Nothing of it.</summary>
    public override string ToString() => nameof(PushSubscription);
}
