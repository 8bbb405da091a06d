namespace Fayo.Calls.Grains.Calls;

/// <summary>
/// What a call session's grain hands to its storage: the state, and the steps that led to it since the last write. Both go
/// to the database in one statement. The record's ETag is the version in the database.
/// </summary>
/// <param name="State">The state to write, or as read; null for a call that is not in the database.</param>
/// <param name="Unsaved">The steps since the last write; empty after a read.</param>
/// <param name="Claims">What the write takes, minds and gives back.</param>
public sealed record CallRecord(CallState? State, IReadOnlyList<CallEvent> Unsaved, CallClaims Claims)
{
    /// <summary>Under which the storage of calls is registered.</summary>
    public const string StorageName = "calls";

    /// <summary>A call that is not in the database.</summary>
    public CallRecord()
        : this(null, [], CallClaims.None)
    {
    }
}
