using Fayo.Calls.Silo.Settings;
using Fayo.Calls.Storage.Migrations;

namespace Fayo.Calls.Silo.Database;

/// <summary>Prepares the database before the silo starts. Waits a while for a database that starts at the same time.</summary>
internal sealed class DatabasePreparation(DatabaseMigrator migrator, TimeProvider clock, ILogger<DatabasePreparation> logger)
{
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Applies the migrations, or checks that they have been applied.</summary>
    /// <returns>
    /// The program's exit code: 0 where the database is ready, 1 where it did not come, 2 where it cannot be used. What is wrong has
    /// been logged.
    /// </returns>
    public async Task<int> RunAsync(MigrationMode mode, CancellationToken stopping)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await (mode == MigrationMode.Apply ? migrator.MigrateAsync(stopping) : migrator.VerifyAsync(stopping));
                return 0;
            }
            catch (CallStoreUnavailableException e) when (clock.GetElapsedTime(start) < DatabaseTimeout)
            {
                logger.WaitsForDatabase(e.Message);
                await Task.Delay(RetryInterval, clock, stopping);
            }
            catch (CallStoreUnavailableException e)
            {
                logger.DatabaseUnusable(e.Message);
                return 1;
            }
            catch (InvalidOperationException e)
            {
                logger.DatabaseUnusable(e.Message);
                return StartProblem.BadSettings;
            }
        }
    }
}
