using Fayo.Calls.Storage.Migrations;

namespace Fayo.Calls.Silo;

/// <summary>Has the database ready before the silo starts; waits a while for one that starts at the same time.</summary>
internal static class DatabaseStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Applies the migrations.</summary>
    /// <returns>False when the database did not come, or refused; what is wrong has been logged.</returns>
    public static async Task<bool> TryPrepareDatabaseAsync(this WebApplication app)
    {
        var migrator = app.Services.GetRequiredService<DatabaseMigrator>();
        var clock = app.Services.GetRequiredService<TimeProvider>();
        var stopping = app.Lifetime.ApplicationStopping;
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await migrator.MigrateAsync(stopping);
                return true;
            }
            catch (CallStoreUnavailableException e) when (clock.GetElapsedTime(start) < Patience)
            {
                app.Logger.WaitsForDatabase(e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stopping);
            }
            catch (Exception e) when (e is CallStoreUnavailableException or InvalidOperationException)
            {
                app.Logger.DatabaseUnusable(e.Message);
                return false;
            }
        }
    }
}
