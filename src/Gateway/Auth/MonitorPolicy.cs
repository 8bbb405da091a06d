namespace Fayo.Calls.Gateway.Auth;

/// <summary>The authorization policy that only those satisfy who may watch all open calls.</summary>
internal static class MonitorPolicy
{
    /// <summary>The policy's name.</summary>
    public const string Name = "monitor";
}
