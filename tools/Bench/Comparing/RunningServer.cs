using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Http;
using Fayo.Calls.Tools.Processes;

namespace Fayo.Calls.Bench.Comparing;

/// <summary>
/// A compared server with a PostgreSQL of its own, both on this machine. Its other settings are this process's environment.
/// </summary>
internal sealed class RunningServer : IAsyncDisposable
{
    /// <summary>The status with which <see cref="ChildProcess"/> ends where there is no such program.</summary>
    private const int NoProgramStatus = 127;

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly PrivatePostgres _postgres;
    private ChildProcess? _process;

    private RunningServer(ComparedServer server, PrivatePostgres postgres)
    {
        Server = server;
        _postgres = postgres;
        Address = new Uri($"http://127.0.0.1:{FindFreePort()}");
    }

    /// <summary>Which server it is.</summary>
    public ComparedServer Server { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Its process id.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>The process id of its PostgreSQL.</summary>
    public int PostgresProcessId => _postgres.ProcessId;

    /// <summary>Starts its PostgreSQL and then the server, and waits until it is ready.</summary>
    /// <param name="server">Which server.</param>
    /// <param name="workspace">The folder in which its PostgreSQL is made.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="CommandFailedException">One of the two does not start; the message says why.</exception>
    public static async Task<RunningServer> StartAsync(ComparedServer server, string workspace, CancellationToken cancellationToken)
    {
        var running = new RunningServer(server, new PrivatePostgres(Path.Combine(workspace, "postgres-" + server.Name)));
        try
        {
            await running.StartAsync(cancellationToken);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Checks that it has not ended by itself.</summary>
    /// <exception cref="CommandFailedException">It has ended; the message says why.</exception>
    public async Task EnsureRunsAsync()
    {
        if (_process is { HasExited: true } process)
        {
            // Waits until its output has been read.
            await process.KillAsync();
            throw new CommandFailedException(
                process.ExitCode == NoProgramStatus
                    ? $"The {Server.Name} cannot be started: {Server.Command[0]} is not installed, or not in the PATH."
                    : $"The {Server.Name} ended by itself, with status {process.ExitCode}: {FindReason(process.LastOutput)}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await _postgres.StopAsync();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await _postgres.StartAsync();
        cancellationToken.ThrowIfCancellationRequested();
        _process = await ChildProcess.StartAsync(Server.Command, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOST"] = Address.Host,
            ["PORT"] = Address.Port.ToString(CultureInfo.InvariantCulture),
            ["Calls__SiloPort"] = FindFreePort().ToString(CultureInfo.InvariantCulture),
            ["DATABASE_URL"] = $"{await _postgres.ReadUrlAsync()}?schema=call",
        });
        using var connection = new HttpConnection(Address);
        var limit = TimeProvider.System.GetUtcNow() + ReadyTimeout;
        while (!await IsReadyAsync(connection))
        {
            await EnsureRunsAsync();
            if (TimeProvider.System.GetUtcNow() > limit)
            {
                throw new CommandFailedException($"The {Server.Name} is not ready after {ReadyTimeout.TotalSeconds} s.");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>The line that says what went wrong, among others such as a stack trace.</summary>
    private static string FindReason(IReadOnlyList<string> output)
    {
        bool Names(string line, string word) => line.Contains(word, StringComparison.OrdinalIgnoreCase);
        return output.FirstOrDefault(line => Names(line, "error") || Names(line, "exception"))
            ?? output.LastOrDefault(line => line.Length > 0)
            ?? "it said nothing.";
    }

    private static async Task<bool> IsReadyAsync(HttpConnection connection)
    {
        try
        {
            return await connection.SendAsync("GET", "/health/ready", [], default) == (int)HttpStatusCode.OK;
        }
        catch (Exception notYet) when (notYet is SocketException or IOException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A free port below the range from which the kernel takes those of outgoing connections.</summary>
    private static int FindFreePort()
    {
        const int First = 15_000;
        const int End = 32_000;
        const int MaxAttempts = 100;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // In use.
            }
        }

        throw new CommandFailedException($"No free port was found between {First} and {End}.");
    }
}
