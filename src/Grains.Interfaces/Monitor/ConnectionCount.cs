namespace Fayo.Calls;

/// <summary>How many sockets a gateway holds.</summary>
/// <param name="Connections">How many connections of users are open.</param>
/// <param name="Users">Of how many users.</param>
[GenerateSerializer, Immutable, Alias("Fayo.ConnectionCount")]
public sealed record ConnectionCount([property: Id(0)] int Connections, [property: Id(1)] int Users);
