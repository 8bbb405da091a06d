namespace Fayo.Calls;

/// <summary>A message for every connection of a user.</summary>
/// <param name="Kind">Which message.</param>
/// <param name="Session">The call as it is.</param>
/// <param name="WatchersOnly">Only for connections that watch the call: the user watches it without taking part.</param>
[GenerateSerializer, Immutable, Alias("Fayo.UserMessage")]
public sealed record UserMessage(
    [property: Id(0)] UserMessageKind Kind,
    [property: Id(1)] CallSession Session,
    [property: Id(2)] bool WatchersOnly = false);
