using System.Text.Json.Serialization;
using Fayo.Calls.Gateway.Auth;

namespace Fayo.Calls.Gateway.Users.Directory;

/// <summary>A user as the directory service sends them.</summary>
/// <param name="Id">A text or a whole number.</param>
/// <param name="FirstName">A name that cannot be stored and shown is left out.</param>
/// <param name="LastName">As the first name.</param>
/// <param name="Role">As the first name.</param>
/// <param name="Phone">A text or a whole number.</param>
internal sealed record DirectoryUser(
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? Id,
    string? FirstName,
    string? LastName,
    string? Role,
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? Phone)
{
    /// <summary>The user, without the names that cannot be stored and shown. Only for a user whose id is valid.</summary>
    public UserProfile ToProfile() =>
        new(Id!, TokenProfile.Clean(FirstName), TokenProfile.Clean(LastName), TokenProfile.Clean(Role), TokenProfile.Clean(Phone));

    /// <summary>The id alone.</summary>
    public override string ToString() => Id ?? "";
}
