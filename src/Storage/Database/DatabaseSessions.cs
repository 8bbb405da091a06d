using System.Runtime.CompilerServices;
using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <summary>
/// Drops the sessions of all pools once one of them turns out to be bad: read-only after a failover, ended by the server, or with
/// statements that do not fit the tables any more. Orleans' own pool is among them; it is reached by its connection string only.
/// </summary>
/// <remarks>Safe to use from any thread.</remarks>
internal sealed class DatabaseSessions(DatabaseSettings settings, NpgsqlDataSource database)
{
    /// <summary>Whoever queries has the data source only.</summary>
    private static readonly ConditionalWeakTable<NpgsqlDataSource, DatabaseSessions> All = [];

    /// <summary>How often sessions are dropped at most, so that requests that fail one after another do not each open a new one.</summary>
    private static readonly long MinIntervalMs = 250;

    private long _droppedAt = Environment.TickCount64 - MinIntervalMs;
    private int _hasSuspects;

    /// <summary>Has the sessions of a data source dropped where they turn out to be bad.</summary>
    public static DatabaseSessions Watch(DatabaseSettings settings, NpgsqlDataSource database) =>
        All.GetValue(database, watched => new DatabaseSessions(settings, watched));

    /// <summary>Those of a data source; null where nobody watches them.</summary>
    public static DatabaseSessions? Of(NpgsqlDataSource database) => All.TryGetValue(database, out var sessions) ? sessions : null;

    /// <summary>Drops all sessions where an error shows that one is bad.</summary>
    public void Judge(Exception error)
    {
        if (!DatabaseFailures.IsOfTheSession(error))
        {
            return;
        }

        Volatile.Write(ref _hasSuspects, 1);
        var before = Interlocked.Read(ref _droppedAt);
        var now = Environment.TickCount64;
        if (now - before >= MinIntervalMs && Interlocked.CompareExchange(ref _droppedAt, now, before) == before)
        {
            Drop();
        }
    }

    /// <summary>Notes that a session was opened that takes no changes. Others may have been opened in other pools meanwhile.</summary>
    public void Suspect() => Volatile.Write(ref _hasSuspects, 1);

    /// <summary>Whether sessions may be bad that are still there. Asked when the database is known to take changes.</summary>
    public bool TakeSuspicion() => Interlocked.Exchange(ref _hasSuspects, 0) == 1;

    /// <summary>Closes the pools' idle sessions now, and those in use when they are given back.</summary>
    public void Drop()
    {
        database.Clear();
        using var orleans = new NpgsqlConnection(settings.OrleansConnectionString);
        NpgsqlConnection.ClearPool(orleans);
    }
}
