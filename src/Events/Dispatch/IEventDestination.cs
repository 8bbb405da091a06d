namespace Fayo.Calls.Events.Dispatch;

/// <summary>A system that events are sent to. Connects when the first event is sent.</summary>
internal interface IEventDestination : IAsyncDisposable
{
    /// <summary>The name in the outbox, in metrics and in logs. No secret.</summary>
    string Name { get; }

    /// <summary>How many events may be on their way to it at the same time.</summary>
    int MaxInFlight { get; }

    /// <summary>Sends an event. Returns within the time limit, and does not throw for what goes wrong on the way.</summary>
    /// <param name="sent">The event.</param>
    Task<SendOutcome> SendAsync(OutboxEvent sent);
}
