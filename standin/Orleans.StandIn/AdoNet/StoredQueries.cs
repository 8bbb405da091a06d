using System.Data.Common;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.AdoNet;

/// <summary>
/// The statements that the table <c>OrleansQuery(QueryKey, QueryText)</c> holds, run with the parameter names that
/// Orleans' own ADO.NET providers use, so that one database serves both.
/// </summary>
internal sealed class StoredQueries
{
    private readonly AdoNetOptions _options;
    private Dictionary<string, string> _queries = [];

    /// <exception cref="OrleansConfigurationException">The settings do not name a PostgreSQL database.</exception>
    public StoredQueries(AdoNetOptions options)
    {
        _options = options;
        if (options is not { Invariant: "Npgsql", ConnectionString.Length: > 0 })
        {
            throw new OrleansConfigurationException($"{options.GetType().Name}: set ConnectionString, and Invariant to 'Npgsql'.");
        }
    }

    /// <summary>Reads the statements and makes sure that those needed are there.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken, params string[] needed)
    {
        const string Statements = "SELECT QueryKey, QueryText FROM OrleansQuery";
        _queries = (await RunAsync(Statements, [], row => (row.GetString(0), row.GetString(1)), cancellationToken)).ToDictionary();
        if (Array.Find(needed, key => !_queries.ContainsKey(key)) is { } missing)
        {
            throw new OrleansConfigurationException($"The table OrleansQuery has no row '{missing}'.");
        }
    }

    /// <summary>Runs one of the statements and returns its rows.</summary>
    public Task<List<T>> ReadAsync<T>(
        string key, NpgsqlParameter[] parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken = default) =>
        RunAsync(_queries[key], parameters, read, cancellationToken);

    private async Task<List<T>> RunAsync<T>(
        string text, NpgsqlParameter[] parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_options.ConnectionString);
        await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // The statement comes from the database's own table.
        await using var command = new NpgsqlCommand(text, connection);
#pragma warning restore CA2100
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
