namespace Fayo.Calls.Gateway.Users;

/// <summary>A user as the directory service sends them.</summary>
internal sealed record DirectoryUser(string? Id, string? FirstName, string? LastName, string? Role, string? Phone)
{
    /// <summary>The user, without the names that cannot be stored and shown. Only for a user whose id is valid.</summary>
    public UserProfile ToProfile() =>
        new(Id!, TokenProfile.Clean(FirstName), TokenProfile.Clean(LastName), TokenProfile.Clean(Role), TokenProfile.Clean(Phone));

    /// <summary>The id alone.</summary>
    public override string ToString() => Id ?? "";
}
