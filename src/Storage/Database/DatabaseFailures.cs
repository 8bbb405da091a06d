using System.Net.Sockets;
using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <summary>Distinguishes errors of the data, which would come again, from errors of the database or of the connection to it.</summary>
internal static class DatabaseFailures
{
    /// <summary>True when the statement's data is to blame, or a deadlock: the same rows in another batch may succeed.</summary>
    /// <remarks>Classes of SQLSTATE: https://www.postgresql.org/docs/15/errcodes-appendix.html.</remarks>
    public static bool IsOfTheData(Exception error) => error switch
    {
        // 22 data exception, 23 integrity constraint violation, 40 transaction rollback, 54 program limit exceeded.
        PostgresException refusal => refusal.SqlState[..2] is "22" or "23" or "40" or "54",
        // What Npgsql cannot put on the wire, such as half a surrogate pair.
        ArgumentException or InvalidCastException => true,
        _ => false,
    };

    /// <summary>True when the database, or the connection to it, is to blame.</summary>
    public static bool IsOfTheDatabase(Exception error) =>
        error is NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException && !IsOfTheData(error);

    /// <summary>
    /// True when the session cannot be used any longer, and others that were opened with it hardly can: on a new one the same statement may
    /// succeed.
    /// </summary>
    public static bool IsOfTheSession(Exception error) => error is PostgresException refusal
        // 25006 read-only, 57P01 to 57P05 ended by the server, 08 connection, 26000 a prepared statement is gone, 0A000 its plan is.
        && (refusal.SqlState is "25006" or "26000" or "0A000" || refusal.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || refusal.SqlState.StartsWith("08", StringComparison.Ordinal));

    /// <summary>True when the database certainly has not run the statement, because the session was bad.</summary>
    public static bool IsNotRun(Exception error) => error is PostgresException { SqlState: "25006" or "26000" or "0A000" };

    /// <summary>True when the database cannot be reached, or takes no changes, now but may later, without any change here.</summary>
    public static bool IsOutage(Exception error) => error is PostgresException refusal
        // 08 connection exception, 53 insufficient resources, 57 operator intervention (starting, stopping), 58 system error,
        // 25006 read-only: the server is a standby that is about to be promoted, or another one is about to take its place.
        ? refusal.SqlState == "25006" || refusal.SqlState[..2] is "08" or "53" or "57" or "58"
        : IsOfTheDatabase(error);

    /// <summary>True for what may succeed when it is tried again: the database ended a deadlock.</summary>
    public static bool IsTransient(Exception error) =>
        error is PostgresException refusal && refusal.SqlState.StartsWith("40", StringComparison.Ordinal);

    /// <summary>What callers are told.</summary>
    public static CallStoreUnavailableException Unavailable(Exception error) =>
        // Without the error itself: it would carry the statement's data to wherever it is logged.
        new($"The database of calls cannot be reached: {Describe(error)}");

    /// <summary>A description of an error that holds nothing of the data.</summary>
    public static string Describe(Exception error) => error switch
    {
        PostgresException refusal when IsOfTheData(error) => $"SQLSTATE {refusal.SqlState} {refusal.ConstraintName}".TrimEnd(),
        PostgresException refusal => $"{refusal.SqlState}: {refusal.MessageText}",
        ArgumentException or InvalidCastException => error.GetType().Name,
        { InnerException: { } inner } => $"{error.Message} {inner.Message}",
        _ => error.Message,
    };
}
