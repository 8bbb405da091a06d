namespace Fayo.Calls.Gateway.Auth;

/// <summary>The authorization policy that only staff satisfy.</summary>
internal static class StaffPolicy
{
    /// <summary>The policy's name.</summary>
    public const string Name = "staff";
}
