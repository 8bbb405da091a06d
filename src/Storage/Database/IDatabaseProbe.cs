namespace Fayo.Calls.Storage.Database;

/// <summary>Says what the database can do now.</summary>
public interface IDatabaseProbe
{
    /// <summary>Asks the database; takes a second at most.</summary>
    Task<DatabaseState> CheckAsync(CancellationToken cancellationToken);
}
