namespace Fayo.Calls;

/// <summary>What is to be done with an event of the outbox.</summary>
public enum OutboxState
{
    /// <summary>It is to be sent.</summary>
    Waiting,

    /// <summary>It was sent.</summary>
    Sent,

    /// <summary>It could not be sent for a day, or the destination does not want it. Staff may have it tried again.</summary>
    Parked,
}
