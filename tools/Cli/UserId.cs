using System.Buffers;

namespace Fayo.Calls.Cli;

/// <summary>Which user ids the service accepts (docs/clients.md).</summary>
internal static class UserId
{
    private const int MaxLength = 255;

    private static readonly SearchValues<char> Accepted =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%&()+-:;<=.>?@[]^_{|}~,");

    /// <summary>What a user id must be, as a sentence for people.</summary>
    public const string Rule = "A user id is 1 to 255 letters, digits, spaces or any of !#$%&()+-:;<=.>?@[]^_{|}~,.";

    /// <summary>True for an id that the service accepts.</summary>
    public static bool IsValid(string text) => text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(Accepted);
}
