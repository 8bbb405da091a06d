using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Events.Dispatch;

/// <summary>What the sending of events logs. Never an exception of a client library: it may hold an address with a password.</summary>
internal static partial class EventLog
{
    [LoggerMessage(LogLevel.Warning, "Events cannot be sent to {Destination}: {Reason}. They wait in the outbox.")]
    public static partial void DestinationUnavailable(this ILogger logger, string destination, string reason);

    [LoggerMessage(LogLevel.Information, "Events can be sent to {Destination} again.")]
    public static partial void DestinationAvailable(this ILogger logger, string destination);

    [LoggerMessage(LogLevel.Warning, "The event {EventId} is parked; {Destination} did not take it: {Reason}.")]
    public static partial void EventParked(this ILogger logger, string eventId, string destination, string? reason);

    [LoggerMessage(LogLevel.Warning, "The outbox cannot be read ({Reason}); it is tried again.")]
    public static partial void OutboxFails(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The outbox can be read again.")]
    public static partial void OutboxWorksAgain(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "It cannot be recorded what became of {Count} events ({Reason}); they are sent again.")]
    public static partial void NotRecorded(this ILogger logger, int count, string reason);

    [LoggerMessage(LogLevel.Error, "The sending of an event to {Destination} has a fault: {Reason}.")]
    public static partial void SendingHasFault(this ILogger logger, string destination, string reason);
}
