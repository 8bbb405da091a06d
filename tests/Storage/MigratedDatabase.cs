namespace Fayo.Calls.Tests.Storage;

/// <summary>A database with the schema of this program.</summary>
public class MigratedDatabase : TestDatabase
{
    public override async ValueTask InitializeAsync() => await CopyAsync(await MigratedTemplate.GetNameAsync());
}
