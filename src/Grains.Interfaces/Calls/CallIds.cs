using System.Buffers;

namespace Fayo.Calls;

/// <summary>Identifiers of call sessions: <c>call_</c> and a version 7 UUID in 32 hexadecimal digits.</summary>
/// <remarks>
/// The prefix keeps Orleans from reading a key as a number, and a version 7 UUID (RFC 9562) begins with the time, so that
/// new rows go to the end of the primary key's index.
/// </remarks>
public static class CallIds
{
    private const string Prefix = "call_";
    private static readonly SearchValues<char> HexadecimalDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>A new identifier; those made later sort later.</summary>
    public static string New(DateTimeOffset now) => Prefix + Guid.CreateVersion7(now).ToString("n");

    /// <summary>False for anything that could not have been made here.</summary>
    public static bool IsValid(string? id) =>
        id is { Length: 37 }
            && id.StartsWith(Prefix, StringComparison.Ordinal)
            && !id.AsSpan(Prefix.Length).ContainsAnyExcept(HexadecimalDigits);
}
