namespace Fayo.Calls.Tools;

/// <summary>The command could not do what it was asked for. It ends with exit code 1.</summary>
/// <param name="message">One sentence for the user.</param>
public sealed class CommandFailedException(string message) : Exception(message);
