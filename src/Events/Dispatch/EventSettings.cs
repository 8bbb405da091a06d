namespace Fayo.Calls.Events.Dispatch;

/// <summary>How events are sent, whatever the destination.</summary>
/// <param name="Retries">When an event that could not be sent is tried again.</param>
/// <param name="SendTimeout">How long a destination may take for one event.</param>
public sealed record EventSettings(RetryRule Retries, TimeSpan SendTimeout)
{
    private static readonly TimeSpan LeaseReserve = TimeSpan.FromSeconds(3);

    /// <summary>How long a destination may take for one event, where nothing is set.</summary>
    public static TimeSpan DefaultSendTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long a silo takes an event: for as long as it may take to send it and to record that.</summary>
    public TimeSpan Lease => (2 * SendTimeout) + LeaseReserve;
}
