namespace Fayo.Calls;

/// <summary>How many calls are open.</summary>
/// <param name="Pending">Created; nobody has acknowledged.</param>
/// <param name="Ringing">Ringing, and not answered.</param>
/// <param name="Answered">Answered, and not confirmed.</param>
/// <param name="Active">Confirmed.</param>
public sealed record OpenCallCount(int Pending, int Ringing, int Answered, int Active)
{
    /// <summary>All of them.</summary>
    public int Total => Pending + Ringing + Answered + Active;
}
