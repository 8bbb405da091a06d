using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <summary>Recognizes a PostgreSQL that scripts/postgres.sh has started, for this checkout alone.</summary>
public static class PrivateDatabase
{
    /// <summary>The name that the script gives to every cluster.</summary>
    private const string ClusterName = "fayo-private";

    /// <summary>Says whether this is such a PostgreSQL.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public static Task<bool> IsPrivateAsync(NpgsqlDataSource database, CancellationToken cancellationToken) => database.QueryAsync(
        "SELECT current_setting('cluster_name')",
        _ => { },
        async rows => await rows.ReadAsync(CancellationToken.None) && rows.GetString(0) == ClusterName,
        cancellationToken);
}
