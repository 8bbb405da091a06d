using System.Buffers;

namespace Fayo.Calls;

/// <summary>Which user ids this system accepts: those that can be an Agora user account.</summary>
/// <remarks>
/// Agora's user accounts are 1 to 255 bytes of this set; source: the parameter <c>userAccount</c> of
/// <c>joinChannelWithUserAccount</c> in Agora's Video SDK reference.
/// </remarks>
public static class UserIds
{
    private static readonly SearchValues<char> Accepted =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%&()+-:;<=.>?@[]^_{|}~,");

    /// <summary>What a user id must be, as a sentence for people.</summary>
    public const string Rule = "A user id is 1 to 255 letters, digits, spaces or any of !#$%&()+-:;<=.>?@[]^_{|}~,";

    /// <summary>True for an id that can be rung and let into a media channel.</summary>
    public static bool IsValid(string? userId) =>
        userId is { Length: > 0 and <= 255 } && !userId.AsSpan().ContainsAnyExcept(Accepted);
}
