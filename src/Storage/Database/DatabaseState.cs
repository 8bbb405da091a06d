namespace Fayo.Calls.Storage.Database;

/// <summary>What the database can do now.</summary>
public enum DatabaseState
{
    /// <summary>It does not answer within a second.</summary>
    Unreachable,

    /// <summary>It answers, but takes no changes: a standby, or a server after a failover.</summary>
    ReadOnly,

    /// <summary>It takes changes.</summary>
    Writable,
}
