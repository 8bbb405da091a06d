namespace Fayo.Calls.Events.Dispatch;

/// <summary>What became of an attempt to send an event. Reasons are a few words without secrets: staff read them.</summary>
internal abstract record SendOutcome
{
    /// <summary>The destination has it.</summary>
    public sealed record Sent : SendOutcome
    {
        /// <summary>The only one.</summary>
        public static Sent Instance { get; } = new();
    }

    /// <summary>The destination did not take this event; it may take others.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Failed(string Reason) : SendOutcome;

    /// <summary>The destination does not take anything at the moment.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="RetryAfter">After how long it will, as it says itself; null where it says nothing.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : SendOutcome;

    /// <summary>The destination will never take this event.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Refused(string Reason) : SendOutcome;
}
