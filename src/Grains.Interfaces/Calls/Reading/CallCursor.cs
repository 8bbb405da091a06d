namespace Fayo.Calls;

/// <summary>A place between two rows of a list ordered newest first; stays valid while calls come and go.</summary>
/// <param name="CreatedAt">Of the last row before the place.</param>
/// <param name="Id">Of the last row before the place.</param>
public sealed record CallCursor(DateTimeOffset CreatedAt, string Id);
