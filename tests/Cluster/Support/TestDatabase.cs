using Npgsql;

namespace Fayo.Calls.Tests.Cluster.Support;

/// <summary>A database of its own with Orleans' tables, dropped in the end.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private const string Variable = "FAYO_TEST_POSTGRES";
    private const string Invariant = "Npgsql";

    private static readonly string[] Scripts =
        ["orleans-main.sql", "orleans-clustering.sql", "orleans-persistence.sql", "orleans-reminders.sql"];

    private readonly string _name = $"cluster_{Guid.NewGuid():N}";

    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await ExecuteAsync(Administrator(), $"CREATE DATABASE {_name}");
        ConnectionString = new NpgsqlConnectionStringBuilder(Administrator()) { Database = _name }.ConnectionString;
        foreach (var script in Scripts)
        {
            await ExecuteAsync(ConnectionString, await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "sql", script)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync(Administrator(), $"DROP DATABASE {_name} WITH (FORCE)");
    }

    /// <summary>Has a silo keep states and reminders here.</summary>
    public void Configure(ISiloBuilder silo, string storageName)
    {
        silo.AddAdoNetGrainStorage(storageName, options =>
        {
            options.Invariant = Invariant;
            options.ConnectionString = ConnectionString;
            options.GrainStorageSerializer = new JsonSerializer();
        });
        silo.UseAdoNetReminderService(options =>
        {
            options.Invariant = Invariant;
            options.ConnectionString = ConnectionString;
        });
    }

    public Task ExecuteAsync(string statements) => ExecuteAsync(ConnectionString, statements);

    /// <summary>The values of the only row that a query returns.</summary>
    public async Task<object[]> SingleRowAsync(string query)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // The queries are the tests' own.
        await using var command = new NpgsqlCommand(query, connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync(), $"No row: {query}");
        var values = new object[reader.FieldCount];
        reader.GetValues(values);
        Assert.False(await reader.ReadAsync(), $"More than one row: {query}");
        return values;
    }

    private static string Administrator() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } connectionString
        ? connectionString
        : throw new InvalidOperationException($"{Variable} does not say where PostgreSQL is: run ./fayo test, which sets it.");

    private static async Task ExecuteAsync(string connectionString, string statements)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // The statements are the project's own.
        await using var command = new NpgsqlCommand(statements, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private sealed class JsonSerializer : global::Orleans.Storage.IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => BinaryData.FromObjectAsJson(input);

        public T? Deserialize<T>(BinaryData input) => input.ToObjectFromJson<T>();
    }
}
