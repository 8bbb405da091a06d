using System.Buffers;

namespace Fayo.Calls;

/// <summary>Identifiers of call sessions: <c>call_</c> and a version 7 UUID in 32 hexadecimal digits.</summary>
/// <remarks>
/// A version 7 UUID (RFC 9562) begins with the time, so that new rows go to the end of the primary key's index. Calls that were taken over
/// from FAYO's own call service keep their identifiers, such as <c>cmi2k1x0a0000s601d0ab1cde</c> (https://github.com/paralleldrive/cuid).
/// </remarks>
public static class CallIds
{
    /// <summary>How many characters an identifier has at most.</summary>
    public const int MaxLength = 64;

    private const string Prefix = "call_";

    private static readonly SearchValues<char> Accepted =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>A new identifier; those made later sort later.</summary>
    public static string New(DateTimeOffset now) => Prefix + Guid.CreateVersion7(now).ToString("n");

    /// <summary>False for anything that can be no call's identifier: it is not 1 to 64 letters, digits, hyphens or underscores.</summary>
    public static bool IsValid(string? id) => id is { Length: > 0 and <= MaxLength } && !id.AsSpan().ContainsAnyExcept(Accepted);
}
