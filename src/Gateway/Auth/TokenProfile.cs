using System.Buffers;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>What a JWT says about its user besides the id.</summary>
internal static class TokenProfile
{
    /// <summary>The longest name that is kept, in UTF-16 code units.</summary>
    private const int MaxNameLength = 100;

    /// <summary>
    /// Characters that show nothing and change how the text around them is shown: line breaks, and marks, embeddings, overrides
    /// and isolates of the writing direction. With them a name could be made to look like another, or like the words beside it.
    /// </summary>
    private static readonly SearchValues<char> Deceptive =
        SearchValues.Create("\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff");

    /// <summary>
    /// Reads the names: <c>firstName</c> and <c>lastName</c>, else <c>given_name</c> and <c>family_name</c>, else <c>name</c>.
    /// </summary>
    /// <param name="token">The token, verified.</param>
    /// <param name="caller">The user.</param>
    public static UserProfile Read(JsonWebToken token, Caller caller)
    {
        var (firstName, lastName) = ReadNames(token, Clean);
        return new UserProfile(caller.UserId, firstName, lastName, CleanRole(caller.Role));
    }

    /// <summary>
    /// The name as those see it whom the user calls: first and last name, without control and deceptive characters, and no longer than
    /// <see cref="MaxNameLength"/>. Null where nothing is left.
    /// </summary>
    /// <param name="token">The token, verified.</param>
    public static string? ReadFullName(JsonWebToken token)
    {
        var (firstName, lastName) = ReadNames(token, Strip);
        return Strip($"{firstName} {lastName}");
    }

    /// <summary>A name that can be stored and shown, without deceptive characters; null for one that is too long or has others.</summary>
    public static string? Clean(string? name) =>
        name is null || name.Trim().Length > MaxNameLength || name.Trim().EnumerateRunes().Any(IsUnusable) ? null : Strip(name);

    /// <summary>
    /// A role that can be stored and shown; null for any other text. It is never altered: what is left of one role could be another.
    /// </summary>
    public static string? CleanRole(string? role) => Strip(role) == role ? role : null;

    private static (string? FirstName, string? LastName) ReadNames(JsonWebToken token, Func<string?, string?> clean)
    {
        string? Name(string claim) => token.TryGetPayloadValue<string>(claim, out var name) ? clean(name) : null;
        var firstName = Name("firstName") ?? Name(JwtRegisteredClaimNames.GivenName);
        var lastName = Name("lastName") ?? Name(JwtRegisteredClaimNames.FamilyName);
        if ((firstName ?? lastName) is null && Name("name") is { } name)
        {
            var gap = name.LastIndexOf(' ');
            (firstName, lastName) = gap < 0 ? (name, null) : (name[..gap].TrimEnd(), name[(gap + 1)..]);
        }

        return (firstName, lastName);
    }

    private static string? Strip(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var text = new StringBuilder(Math.Min(name.Length, MaxNameLength));
        foreach (var rune in name.EnumerateRunes())
        {
            if (IsUnusable(rune) || (rune.IsBmp && Deceptive.Contains((char)rune.Value)))
            {
                continue;
            }

            if (text.Length + rune.Utf16SequenceLength > MaxNameLength)
            {
                break;
            }

            text.Append(rune);
        }

        var shown = text.ToString().Trim();
        return shown.Length > 0 ? shown : null;
    }

    /// <summary>True for control characters, and halves of surrogate pairs, which are enumerated as the replacement character.</summary>
    private static bool IsUnusable(Rune rune) => rune == Rune.ReplacementChar || Rune.IsControl(rune);
}
