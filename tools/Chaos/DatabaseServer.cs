using System.Diagnostics;
using System.Globalization;
using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Processes;
using Npgsql;

namespace Fayo.Calls.Chaos;

/// <summary>
/// The PostgreSQL behind the service, which <c>scripts/postgres.sh</c> has made in a folder of its own. What is done to it here is
/// undone in any case before the method returns.
/// </summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    private static readonly TimeSpan UsableTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly PrivatePostgres _postgres;
    private readonly NpgsqlDataSource _superuser;

    private DatabaseServer(PrivatePostgres postgres, string superuser)
    {
        _postgres = postgres;

        // A session that broke with the server is of no use afterwards, so none is kept.
        _superuser = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(superuser) { Pooling = false, ApplicationName = "chaos", Timeout = 30, CommandTimeout = 30 });
    }

    /// <summary>Finds the server.</summary>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="CommandFailedException">There is none in that folder.</exception>
    public static async Task<DatabaseServer> FindAsync(string folder)
    {
        var postgres = new PrivatePostgres(folder);
        var server = new DatabaseServer(postgres, await postgres.ReadSuperuserAsync());
        await server.WaitUntilUsableAsync();
        return server;
    }

    /// <summary>Ends all sessions of other programs.</summary>
    public async Task TerminateSessionsAsync()
    {
        await using var connection = await _superuser.OpenConnectionAsync();
        await TerminateSessionsAsync(connection);
    }

    /// <summary>Ends all sessions of other programs, and has new ones take no changes for a while.</summary>
    public async Task BeReadOnlyAsync(TimeSpan duration)
    {
        await using var connection = await _superuser.OpenConnectionAsync();
        var roles = await ReadServiceRolesAsync(connection);
        try
        {
            foreach (var role in roles)
            {
                await ExecuteAsync(connection, $"ALTER ROLE {role} SET default_transaction_read_only = on");
            }

            await TerminateSessionsAsync(connection);
            await Task.Delay(duration);
        }
        finally
        {
            foreach (var role in roles)
            {
                await ExecuteAsync(connection, $"ALTER ROLE {role} RESET default_transaction_read_only");
            }
        }
    }

    /// <summary>Stops the server as a crash does, starts it again, and waits until it can be used.</summary>
    public async Task RestartAsync()
    {
        await SignalAsync("QUIT", [ReadPostmaster()]);
        await _postgres.StartAsync();
        await WaitUntilUsableAsync();
    }

    /// <summary>Stops the processes of all sessions of other programs for a while.</summary>
    public async Task PauseSessionsAsync(TimeSpan duration)
    {
        await using var connection = await _superuser.OpenConnectionAsync();
        await PauseAsync(await ReadAsync(connection, $"SELECT pid::text FROM {Sessions}"), () => Task.Delay(duration));
    }

    /// <summary>Ends all sessions of other programs, and has the server answer nobody who connects for a while.</summary>
    public async Task PauseAsync(TimeSpan duration)
    {
        await using var connection = await _superuser.OpenConnectionAsync();
        await PauseAsync([ReadPostmaster()], async () =>
        {
            await TerminateSessionsAsync(connection);
            await Task.Delay(duration);
        });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _superuser.DisposeAsync();

    /// <summary>The sessions of other programs: on the server of a run those are the service's.</summary>
    private const string Sessions = "pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

    private static Task TerminateSessionsAsync(NpgsqlConnection connection) =>
        ExecuteAsync(connection, $"SELECT pg_terminate_backend(pid) FROM {Sessions}");

    /// <summary>The roles that may sign in, except for the superuser, quoted.</summary>
    private static Task<IReadOnlyList<string>> ReadServiceRolesAsync(NpgsqlConnection connection) =>
        ReadAsync(connection, "SELECT quote_ident(rolname) FROM pg_roles WHERE rolcanlogin AND NOT rolsuper");

    private static async Task<IReadOnlyList<string>> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task PauseAsync(IReadOnlyList<string> processes, Func<Task> meanwhile)
    {
        try
        {
            await SignalAsync("STOP", processes);
            await meanwhile();
        }
        finally
        {
            await SignalAsync("CONT", processes);
        }
    }

    private static async Task SignalAsync(string signal, IReadOnlyList<string> processes)
    {
        // A session may have ended by itself in between, which is no error.
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", .. processes])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        await kill.StandardError.ReadToEndAsync();
        await kill.WaitForExitAsync();
    }

    private async Task WaitUntilUsableAsync()
    {
        var limit = TimeProvider.System.GetUtcNow() + UsableTimeout;
        while (true)
        {
            try
            {
                await using var connection = await _superuser.OpenConnectionAsync();
                return;
            }
            catch (NpgsqlException) when (TimeProvider.System.GetUtcNow() < limit)
            {
                await Task.Delay(PollInterval);
            }
        }
    }

    private string ReadPostmaster() => _postgres.ProcessId.ToString(CultureInfo.InvariantCulture);
}
