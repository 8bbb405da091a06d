using System.Globalization;
using System.Net.Sockets;
using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Http;
using Fayo.Calls.Tools.Processes;

namespace Fayo.Calls.Chaos;

/// <summary>
/// A process of the service that can be killed and started again. It ends with this process, even where that is killed. Its
/// settings are this process's environment.
/// </summary>
/// <param name="assembly">The path of Fayo.Calls.Silo.dll.</param>
/// <param name="service">Where it will listen.</param>
/// <param name="log">Receives what the service logs; null for nothing.</param>
internal sealed class ServiceProcess(string assembly, Uri service, TextWriter? log) : IAsyncDisposable
{
    /// <summary>How long it rings: longer than a restart takes, and short enough for calls to expire in a run.</summary>
    public static readonly TimeSpan RingTimeout = TimeSpan.FromSeconds(8);

    /// <summary>The status with which the service ends when its database is gone while it starts.</summary>
    private const int NoDatabaseStatus = 1;

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private ChildProcess? _process;
    private volatile bool _isStarting;

    /// <summary>
    /// Starts it, and waits until it is ready. Where it gives up because its database is gone, it is started again, as whatever runs it
    /// in earnest does.
    /// </summary>
    /// <exception cref="CommandFailedException">
    /// Another service listens there already, or this one ended or is not ready within a minute; the message has its last output.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(service);
        if (await IsReadyAsync(connection))
        {
            throw new CommandFailedException($"Another service listens at {service} already.");
        }

        _isStarting = true;
        _process = await LaunchAsync();
        var limit = TimeProvider.System.GetUtcNow() + ReadyTimeout;
        while (!await IsReadyAsync(connection))
        {
            if (_process is { HasExited: true, ExitCode: NoDatabaseStatus })
            {
                await KillAsync();
                _process = await LaunchAsync();
            }

            ThrowIfEnded();
            if (TimeProvider.System.GetUtcNow() > limit)
            {
                throw Failed("is not ready after a minute");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        _isStarting = false;
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is { } process)
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>Checks that it has not ended by itself.</summary>
    /// <exception cref="CommandFailedException">It has ended; the message has its last output.</exception>
    public void EnsureRuns()
    {
        if (!_isStarting)
        {
            ThrowIfEnded();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

    private void ThrowIfEnded()
    {
        if (_process is { HasExited: true } process)
        {
            throw Failed($"ended by itself, with status {process.ExitCode}");
        }
    }

    private static async Task<bool> IsReadyAsync(HttpConnection connection)
    {
        try
        {
            return await connection.SendAsync("GET", "/health/ready", [], default) == 200;
        }
        catch (Exception notYet) when (notYet is SocketException or IOException or TimeoutException)
        {
            return false;
        }
    }

    private Task<ChildProcess> LaunchAsync() => ChildProcess.StartAsync(
        ["dotnet", assembly],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOST"] = service.Host,
            ["PORT"] = service.Port.ToString(CultureInfo.InvariantCulture),
            ["Calls__RingTimeout"] = RingTimeout.ToString("c"),
            ["Calls__RequestsPerSecond"] = "100000",
            ["Calls__RequestBurst"] = "100000",
        },
        log);

    private CommandFailedException Failed(string what) =>
        new($"The service {what}. Its last output:\n{string.Join('\n', _process?.LastOutput ?? [])}");
}
