using Fayo.Calls.Storage.Migrations;
using Xunit;

[assembly: AssemblyFixture(typeof(Fayo.Calls.Tests.Storage.MigratedTemplate))]

namespace Fayo.Calls.Tests.Storage;

/// <summary>
/// The database that those with the schema of this program are copies of: a copy takes a fraction of the time of a migration. It is made
/// when the first copy is asked for, and dropped after the last test.
/// </summary>
public sealed class MigratedTemplate : IAsyncLifetime
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static TestDatabase? _database;

    /// <summary>Its name, once it has been migrated.</summary>
    public static async Task<string> GetNameAsync()
    {
        await Gate.WaitAsync();
        try
        {
            return (_database ??= await MakeAsync()).Name;
        }
        finally
        {
            Gate.Release();
        }
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        // A PostgreSQL of this process alone may have been taken away before.
        if (_database is not null && TestDatabase.HasServer)
        {
            await _database.DisposeAsync();
        }
    }

    private static async Task<TestDatabase> MakeAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        await new DatabaseMigrator(database.Settings).MigrateAsync(CancellationToken.None);
        return database;
    }
}
