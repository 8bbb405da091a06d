namespace Fayo.Calls.Grains.Media;

/// <summary>A STUN or TURN server, as the settings name it.</summary>
/// <param name="Urls">Where it is: <c>stun:</c>, <c>stuns:</c>, <c>turn:</c> or <c>turns:</c>.</param>
/// <param name="Username">For a TURN server with a user for all. Never logged.</param>
/// <param name="Credential">That user's password. Never logged.</param>
/// <param name="Secret">
/// For a TURN server that shares a secret with this service (coturn's <c>use-auth-secret</c>): every credential for it is made for one user
/// and one call. Never logged.
/// </param>
public sealed record IceServerOptions(
    IReadOnlyList<string> Urls, string? Username = null, string? Credential = null, string? Secret = null)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => string.Join(", ", Urls);
}
