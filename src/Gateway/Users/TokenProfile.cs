using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fayo.Calls.Gateway.Users;

/// <summary>What a JWT says about its user besides the id.</summary>
internal static class TokenProfile
{
    private const int MaxNameLength = 100;

    /// <summary>
    /// Reads the names: <c>firstName</c> and <c>lastName</c>, else <c>given_name</c> and <c>family_name</c>, else <c>name</c>.
    /// </summary>
    /// <param name="token">The token, verified.</param>
    /// <param name="caller">The user.</param>
    public static UserProfile Read(JsonWebToken token, Caller caller)
    {
        var firstName = ReadName(token, "firstName") ?? ReadName(token, JwtRegisteredClaimNames.GivenName);
        var lastName = ReadName(token, "lastName") ?? ReadName(token, JwtRegisteredClaimNames.FamilyName);
        if ((firstName ?? lastName) is null && ReadName(token, "name") is { } name)
        {
            var gap = name.LastIndexOf(' ');
            (firstName, lastName) = gap < 0 ? (name, null) : (name[..gap].TrimEnd(), name[(gap + 1)..]);
        }

        return new UserProfile(caller.UserId, firstName, lastName, Clean(caller.Role));
    }

    /// <summary>A name that can be stored and shown; null for any other text.</summary>
    public static string? Clean(string? name)
    {
        name = name?.Trim();
        // A half of a surrogate pair is enumerated as the replacement character.
        return name is { Length: > 0 and <= MaxNameLength }
            && !name.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar || Rune.IsControl(rune))
            ? name
            : null;
    }

    private static string? ReadName(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var name) ? Clean(name) : null;
}
