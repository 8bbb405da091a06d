using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <summary>
/// Who may have how many of a silo's connections. Lists can be asked for in any number, and each may take long; they have a quarter. The
/// open calls of a user, which every connection asks for when it opens, have half. The rest is left to what calls themselves need: reads
/// by key, the sweep, the probe. (Calls are written over a connection of their own.)
/// </summary>
internal sealed class DatabaseShares : IDisposable
{
    /// <summary>How long a read waits for a connection of its share: as long as for one of the pool.</summary>
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(2);

    public DatabaseShares(NpgsqlDataSource database, DatabaseSettings settings)
    {
        Lists = new LimitedDatabase(database, Math.Max(1, settings.MaxConnections / 4), WaitTimeout);
        OpenCalls = new LimitedDatabase(database, Math.Max(1, settings.MaxConnections / 2), WaitTimeout);
    }

    /// <summary>For lists, timelines, the monitor, and what users keep of themselves.</summary>
    public LimitedDatabase Lists { get; }

    /// <summary>For the open calls of a user.</summary>
    public LimitedDatabase OpenCalls { get; }

    public void Dispose()
    {
        Lists.Dispose();
        OpenCalls.Dispose();
    }
}
