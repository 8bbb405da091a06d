using System.Globalization;

namespace Fayo.Calls.Agora;

/// <summary>A token and its end.</summary>
/// <param name="Token">The token; whoever holds it can join. Its text form leaves it out, so that no log prints it.</param>
/// <param name="ExpiresAt">When it ends, in UTC: whole seconds, because that is how Agora counts.</param>
/// <param name="ExpiresIn">Seconds from its issue to its end.</param>
public readonly record struct IssuedToken(string Token, DateTimeOffset ExpiresAt, int ExpiresIn)
{
    /// <summary>Says when the token ends, and nothing of the token.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"a token until {ExpiresAt:u}");
}
