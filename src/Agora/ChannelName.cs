using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Agora;

/// <summary>Names of media channels: made here, or brought by a client and then checked, never cut.</summary>
/// <remarks>Source of characters and length: the documentation of Agora's token builders ("less than 64 bytes").</remarks>
public static class ChannelName
{
    /// <summary>The longest name, in bytes; every allowed character is one byte.</summary>
    public const int MaxBytes = 63;

    private const string Punctuation = "!#$%&()+-:;<=.>?@[]^_{|}~,";
    private const string AllowedInWords = "a-z, A-Z, 0-9, space and " + Punctuation;
    private const int InitiatorCharacters = 8;
    // 128 bits: nobody guesses the channel of a call, and no two calls share one.
    private const int RandomCharacters = 32;

    private const string Prefix = "fayo_";
    private static readonly SearchValues<char> HexadecimalDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> UsableCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 " + Punctuation);

    /// <summary>Makes a new name: <c>fayo_</c>, the first 8 usable characters of the initiator's id, <c>_</c>, and 128 random bits
    /// as hexadecimal digits.</summary>
    /// <param name="initiatorId">The initiator's user id, however strange: only its ASCII letters, digits, <c>-</c> and <c>_</c> are
    /// used, and <c>user</c> when it has none.</param>
    /// <returns>A name of at most 46 bytes that <see cref="Check"/> accepts.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="initiatorId"/> is null.</exception>
    public static string Generate(string initiatorId)
    {
        ArgumentNullException.ThrowIfNull(initiatorId);
        Span<char> initiator = stackalloc char[InitiatorCharacters];
        initiator = initiator[..CopyUsable(initiatorId, initiator)];
        Span<char> random = stackalloc char[RandomCharacters];
        RandomNumberGenerator.GetHexString(random, lowercase: true);
        return $"{Prefix}{(initiator.IsEmpty ? "user" : initiator)}_{random}";
    }

    /// <summary>True for a name such as <see cref="Generate"/> makes.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static bool IsGenerated(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var end = name.Length - RandomCharacters;
        var initiator = end - Prefix.Length - 1;
        return initiator is > 0 and <= InitiatorCharacters
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && name[end - 1] == '_'
            && name.AsSpan(Prefix.Length, initiator).IndexOfAnyExcept(UsableCharacters) < 0
            && name.AsSpan(end).IndexOfAnyExcept(HexadecimalDigits) < 0;
    }

    /// <summary>Says what is wrong with a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>A sentence to show to whoever brought the name, or null when Agora accepts it.</returns>
    public static string? Check(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "The channel name is empty.";
        }

        var strange = name.AsSpan().IndexOfAnyExcept(Allowed);
        if (strange >= 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The channel name has {Describe(name.AsSpan(strange))} at position {strange + 1}; allowed are {AllowedInWords}");
        }

        return name.Length > MaxBytes
            ? string.Create(CultureInfo.InvariantCulture, $"The channel name has {name.Length} bytes; at most {MaxBytes} are allowed.")
            : null;
    }

    /// <summary>Copies the first usable characters of a text, as many as there is room for.</summary>
    /// <returns>How many were copied.</returns>
    private static int CopyUsable(string text, Span<char> room)
    {
        var count = 0;
        foreach (var character in text)
        {
            if (count < room.Length && UsableCharacters.Contains(character))
            {
                room[count++] = character;
            }
        }

        return count;
    }

    // Characters that a terminal, a log or a browser might act upon, or not show, are named by number.
    private static string Describe(ReadOnlySpan<char> from)
    {
        if (from[0] is > ' ' and < '\x7f')
        {
            return $"the character {from[0]}";
        }

        var number = Rune.DecodeFromUtf16(from, out var rune, out _) == OperationStatus.Done ? rune.Value : from[0];
        return string.Create(CultureInfo.InvariantCulture, $"the character U+{number:X4}");
    }
}
