namespace Fayo.Calls;

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
