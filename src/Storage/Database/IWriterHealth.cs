namespace Fayo.Calls.Storage.Database;

/// <summary>Whether calls are written.</summary>
public interface IWriterHealth
{
    /// <summary>
    /// False while the writer of calls is stuck, and from a breakdown that was not the database's until it has written again.
    /// </summary>
    bool IsWell { get; }
}
