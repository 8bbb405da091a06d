namespace Fayo.Calls;

/// <summary>How busy a silo is.</summary>
/// <param name="Name">The silo's name.</param>
/// <param name="Since">Since when it has been running.</param>
/// <param name="CallGrains">How many calls' grains are in its memory.</param>
/// <param name="UserGrains">How many users' grains are in its memory.</param>
/// <param name="Grains">How many grains of any kind are in its memory.</param>
/// <param name="Sockets">What its gateway holds.</param>
[GenerateSerializer, Immutable, Alias("Fayo.SiloReport")]
public sealed record SiloReport(
    [property: Id(0)] string Name,
    [property: Id(1)] DateTimeOffset Since,
    [property: Id(2)] int CallGrains,
    [property: Id(3)] int UserGrains,
    [property: Id(4)] int Grains,
    [property: Id(5)] ConnectionCount Sockets);
