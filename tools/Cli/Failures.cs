namespace Fayo.Calls.Cli;

/// <summary>The command was written wrongly; the message is the one sentence to show.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command could not do what it was asked for; the message is the one sentence to show.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);

/// <summary>The hub refused an invocation; the message is <c>code: text</c>, as the hub sent it.</summary>
internal sealed class HubException(string message) : Exception(message);
