namespace Fayo.Calls;

/// <summary>A page of calls.</summary>
/// <param name="Items">The calls, newest first.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
public sealed record CallPage(IReadOnlyList<CallSession> Items, CallCursor? Next);
