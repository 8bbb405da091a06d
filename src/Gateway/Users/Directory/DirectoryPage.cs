namespace Fayo.Calls.Gateway.Users.Directory;

/// <summary>A page of users, without who of them is connected.</summary>
/// <param name="Users">The users.</param>
/// <param name="HasMore">Whether another page may follow.</param>
internal sealed record DirectoryPage(IReadOnlyList<UserProfile> Users, bool HasMore);
