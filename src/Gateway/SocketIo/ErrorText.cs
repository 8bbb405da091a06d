using System.Buffers;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>
/// The two parts of an error as a hub tells it: <c>code: text</c>, with words of SignalR before it where it was an exception.
/// </summary>
/// <param name="Code">What went wrong, for programs.</param>
/// <param name="Message">What went wrong, for people.</param>
internal readonly record struct ErrorText(string Code, string Message)
{
    private const string ExceptionMark = "HubException: ";
    private const string CodeEnd = ": ";

    /// <summary>The code where the service has not given one.</summary>
    private const string NoCode = "internal";

    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_");

    /// <summary>Divides the text of an error.</summary>
    public static ErrorText Parse(string text)
    {
        var mark = text.IndexOf(ExceptionMark, StringComparison.Ordinal);
        var error = mark < 0 ? text : text[(mark + ExceptionMark.Length)..];
        var end = error.IndexOf(CodeEnd, StringComparison.Ordinal);
        return end > 0 && !error.AsSpan(0, end).ContainsAnyExcept(CodeCharacters)
            ? new ErrorText(error[..end], error[(end + CodeEnd.Length)..])
            : new ErrorText(NoCode, error);
    }
}
