using System.Net;

namespace Fayo.Calls.Push.Settings;

/// <summary>Which push services are used, and how.</summary>
public sealed class PushSettings
{
    /// <summary>The default of <see cref="AttemptTimeout"/>.</summary>
    public static readonly TimeSpan DefaultAttemptTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The keys for Web Push; null where it is not used.</summary>
    public VapidKeys? Vapid { get; init; }

    /// <summary>Whom push services may write to about this service: a <c>mailto:</c> or <c>https:</c> address.</summary>
    public string? VapidSubject { get; init; }

    /// <summary>Firebase Cloud Messaging; null where it is not used.</summary>
    public FcmSettings? Fcm { get; init; }

    /// <summary>Apple's push service; null where it is not used.</summary>
    public ApnsSettings? Apns { get; init; }

    /// <summary>
    /// The networks that are not public to which browsers' subscriptions may point. Plain http is accepted for a loopback address among
    /// them.
    /// </summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>How long a push service may take to answer.</summary>
    public TimeSpan AttemptTimeout { get; init; } = DefaultAttemptTimeout;

    /// <summary>Whether any push service is configured.</summary>
    public bool IsOn => Vapid is not null || Fcm is not null || Apns is not null;
}
