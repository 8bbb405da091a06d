namespace Fayo.Calls.Tools;

/// <summary>The options of a command do not fit together. The command ends with exit code 2.</summary>
/// <param name="message">One sentence for the user.</param>
public sealed class UsageException(string message) : Exception(message);
