using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls;

/// <summary>What a ticket looks like, and where it is kept.</summary>
/// <remarks>
/// A ticket is <c>ticket_</c>, two hexadecimal digits that name the grain which keeps it, and 256 random bits. It says nothing of its
/// holder, so nothing in it has to be signed.
/// </remarks>
public static class TicketRules
{
    /// <summary>How long a ticket can be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private const string Prefix = "ticket_";
    private const int Shares = 64;
    private const int RandomBytes = 32;
    private const int Length = 7 + 2 + (2 * RandomBytes);

    /// <summary>A new ticket of a user.</summary>
    public static string Create(string userId)
    {
        // By a hash that is the same on every silo; string.GetHashCode is not.
        var share = SHA256.HashData(Encoding.UTF8.GetBytes(userId))[0] % Shares;
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{share:x2}")
            + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
    }

    /// <summary>True for what may be a ticket, and cannot be a JWT.</summary>
    public static bool IsTicket(string? text) => text is { Length: Length } && text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The key of the grain that keeps a ticket.</summary>
    public static string GrainKeyOf(string ticket) => ticket[..(Prefix.Length + 2)];

    /// <summary>The hash by which the grain knows a ticket.</summary>
    public static string HashOf(string ticket) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)));
}
