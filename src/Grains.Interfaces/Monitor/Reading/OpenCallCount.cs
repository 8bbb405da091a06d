namespace Fayo.Calls;

/// <summary>How many calls are open.</summary>
/// <param name="Pending">Created; nobody has acknowledged.</param>
/// <param name="Ringing">Ringing, and not answered.</param>
/// <param name="Answered">Answered, and not confirmed.</param>
/// <param name="Active">Confirmed.</param>
[GenerateSerializer, Immutable, Alias("Fayo.OpenCallCount")]
public sealed record OpenCallCount(
    [property: Id(0)] int Pending,
    [property: Id(1)] int Ringing,
    [property: Id(2)] int Answered,
    [property: Id(3)] int Active)
{
    /// <summary>All of them.</summary>
    public int Total => Pending + Ringing + Answered + Active;
}
