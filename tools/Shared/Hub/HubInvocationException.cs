namespace Fayo.Calls.Tools.Hub;

/// <summary>The hub refused an invocation.</summary>
/// <param name="message"><c>code: text</c>, as the hub sent it.</param>
public sealed class HubInvocationException(string message) : Exception(message)
{
    /// <summary>The part of the message before the colon, such as <c>not_possible</c>.</summary>
    public string Code => Message.Split(':')[0];
}
