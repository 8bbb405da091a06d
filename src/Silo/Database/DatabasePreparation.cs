using Fayo.Calls.Silo.Settings;
using Fayo.Calls.Storage.Migrations;

namespace Fayo.Calls.Silo.Database;

/// <summary>Has the database ready before the silo starts; waits a while for one that starts at the same time.</summary>
internal sealed class DatabasePreparation(DatabaseMigrator migrator, TimeProvider clock, ILogger<DatabasePreparation> logger)
{
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Applies the migrations, or checks that they have been applied.</summary>
    /// <returns>False where the database did not come, or cannot be used; what is wrong has been logged.</returns>
    public async Task<bool> TryRunAsync(MigrationMode mode, CancellationToken stopping)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await (mode == MigrationMode.Apply ? migrator.MigrateAsync(stopping) : migrator.VerifyAsync(stopping));
                return true;
            }
            catch (CallStoreUnavailableException e) when (clock.GetElapsedTime(start) < DatabaseTimeout)
            {
                logger.WaitsForDatabase(e.Message);
                await Task.Delay(RetryInterval, clock, stopping);
            }
            catch (Exception e) when (e is CallStoreUnavailableException or InvalidOperationException)
            {
                logger.DatabaseUnusable(e.Message);
                return false;
            }
        }
    }
}
