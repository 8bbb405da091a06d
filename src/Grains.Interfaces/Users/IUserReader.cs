namespace Fayo.Calls;

/// <summary>The users that this system has seen: whoever connected or asked for something, with a verified token.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface IUserReader
{
    /// <summary>Users by name.</summary>
    /// <param name="search">Part of a name or id, in upper or lower case; null for all.</param>
    /// <param name="skip">How many to pass over.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<UserProfile>> ListAsync(string? search, int skip, int limit, CancellationToken cancellationToken);

    /// <summary>Puts on record what is new about users, and at most once a day that they are still there.</summary>
    /// <param name="users">Each at most once. What is unset in a profile is not news.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task NoteAsync(IReadOnlyCollection<UserProfile> users, CancellationToken cancellationToken);
}

/// <summary>Who a user is, as far as that is known.</summary>
/// <param name="Id">The user id.</param>
/// <param name="FirstName">Never logged.</param>
/// <param name="LastName">Never logged.</param>
/// <param name="Role">The role, as the JWT or the directory has it.</param>
/// <param name="Phone">Only a directory knows it. Never logged.</param>
public sealed record UserProfile(string Id, string? FirstName = null, string? LastName = null, string? Role = null, string? Phone = null)
{
    /// <summary>The id alone.</summary>
    public override string ToString() => Id;
}
