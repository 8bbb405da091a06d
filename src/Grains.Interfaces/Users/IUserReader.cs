namespace Fayo.Calls;

/// <summary>The users that this system has seen: whoever connected or asked for something, with a verified token.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface IUserReader
{
    /// <summary>Users by name.</summary>
    /// <param name="search">
    /// The beginnings of words of a name or id, in any order, with or without accents, in upper or lower case; null for all.
    /// </param>
    /// <param name="skip">How many to pass over.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<UserProfile>> ListAsync(string? search, int skip, int limit, CancellationToken cancellationToken);

    /// <summary>The role of a user, as the last token with which the user was seen had it.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null for a user without a role, and for one who was never seen.</returns>
    Task<string?> ReadRoleAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Puts on record what is new about users, and at most once a day that they are still there.</summary>
    /// <param name="users">Each at most once. What is unset in a profile is not news.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task NoteAsync(IReadOnlyCollection<UserProfile> users, CancellationToken cancellationToken);
}
