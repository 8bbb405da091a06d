using Fayo.Calls.Storage.Database;

namespace Fayo.Calls.Silo.Health;

/// <summary>What is logged of the health of this silo.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(LogLevel.Warning, "The database is {State} now.")]
    public static partial void DatabaseStateChanged(this ILogger logger, DatabaseState state);

    [LoggerMessage(LogLevel.Error, "Other silos have declared this one, {Silo}, dead; it is not ready any more.")]
    public static partial void DeclaredDead(this ILogger logger, SiloAddress silo);

    [LoggerMessage(LogLevel.Warning, "This silo's row in the table of members cannot be read: {Reason}.")]
    public static partial void MembershipUnknown(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "The database's clock is {Offset} ahead of this machine's (behind, where negative); calls go by it.")]
    public static partial void ClockChecked(this ILogger logger, TimeSpan offset);
}
