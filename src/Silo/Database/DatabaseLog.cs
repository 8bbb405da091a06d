namespace Fayo.Calls.Silo.Database;

/// <summary>What is logged while the database is made ready.</summary>
internal static partial class DatabaseLog
{
    [LoggerMessage(LogLevel.Warning, "Waits for the database (DATABASE_URL): {Reason}")]
    public static partial void WaitsForDatabase(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Critical, "Cannot start with this database (DATABASE_URL): {Reason}")]
    public static partial void DatabaseUnusable(this ILogger logger, string reason);
}
