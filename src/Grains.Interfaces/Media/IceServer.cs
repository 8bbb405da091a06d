namespace Fayo.Calls;

/// <summary>A STUN or TURN server, as WebRTC's <c>RTCIceServer</c> has it.</summary>
/// <param name="Urls">Where it is: <c>stun:</c>, <c>stuns:</c>, <c>turn:</c> or <c>turns:</c>.</param>
/// <param name="Username">For a TURN server. Never logged.</param>
/// <param name="Credential">For a TURN server: the password. Never logged.</param>
[GenerateSerializer, Immutable, Alias("Fayo.IceServer")]
public sealed record IceServer(
    [property: Id(0)] IReadOnlyList<string> Urls,
    [property: Id(1)] string? Username = null,
    [property: Id(2)] string? Credential = null)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => string.Join(", ", Urls);
}
