using Fayo.Calls.Storage.Database;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>An empty database of its own on a real PostgreSQL, dropped afterwards.</summary>
public class TestDatabase : IAsyncLifetime
{
    private const string Variable = "FAYO_TEST_POSTGRES";

    private static NpgsqlConnectionStringBuilder Admin => new(
        Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException($"{Variable} does not name a PostgreSQL."));

    /// <summary>Whether there is a PostgreSQL.</summary>
    public static bool HasServer => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));

    private readonly string _name = $"fayo_storage_{Guid.NewGuid():n}";
    private NpgsqlDataSource? _plain;

    /// <summary>As the program understands it. A machine that stands still for some seconds makes no connection fail.</summary>
    public DatabaseSettings Settings => DatabaseSettings.Parse(UrlVia(Admin.Host!, Admin.Port, "&connect_timeout=30"));

    public static string ServerHost => Admin.Host!;

    public static int ServerPort => Admin.Port;

    /// <summary>Connections with PostgreSQL's own settings and the program's search path.</summary>
    public NpgsqlDataSource Plain => _plain ??= NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Admin.ConnectionString) { Database = _name, SearchPath = Settings.Schema, Pooling = true });

    /// <summary>The setting DATABASE_URL for this database by way of an address.</summary>
    public string UrlVia(string host, int port, string more = "")
    {
        var credentials = $"{Uri.EscapeDataString(Admin.Username!)}:{Uri.EscapeDataString(Admin.Password ?? "")}";
        return FormattableString.Invariant(
            $"postgresql://{credentials}@localhost:{port}/{_name}?schema=call&host={Uri.EscapeDataString(host)}{more}");
    }

    /// <summary>Its name in PostgreSQL.</summary>
    public string Name => _name;

    public virtual ValueTask InitializeAsync() => CopyAsync("template1");

    public virtual async ValueTask DisposeAsync()
    {
        await (_plain?.DisposeAsync() ?? default);
        await AdministerAsync($"DROP DATABASE {_name} WITH (FORCE)");
    }

    /// <summary>Makes the database as a copy of one to which nobody is connected.</summary>
    protected async ValueTask CopyAsync(string template) => await AdministerAsync($"CREATE DATABASE {_name} TEMPLATE {template}");

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Plain.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Has sessions that are opened from now on take no changes (<c>on</c>), or take them again (<c>off</c>).</summary>
    public Task SetReadOnlyAsync(string value) => ExecuteAsync(
        $"""
        BEGIN READ WRITE;
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {value}', current_database()); END $$;
        COMMIT
        """);

    public async Task<TValue> ReadAsync<TValue>(string sql)
    {
        await using var command = Plain.CreateCommand(sql);
        return (TValue)(await command.ExecuteScalarAsync())!;
    }

    public async Task<IReadOnlyList<string>> ReadLinesAsync(string sql)
    {
        await using var command = Plain.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await rows.ReadAsync())
        {
            lines.Add(rows.GetString(0));
        }

        return lines;
    }

    /// <summary>Ends all connections to this database, and waits until they have ended.</summary>
    protected async Task EndConnectionsAsync()
    {
        Plain.Clear();
        await AdministerAsync($"SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = '{_name}'");
    }

    private static async Task AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Admin.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
