using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Fayo.Calls.Cli.Chaos;

/// <summary>A service of one's own, which may be killed and started again. Its settings are this process's environment.</summary>
/// <param name="assembly">The path of Fayo.Calls.Silo.dll.</param>
/// <param name="service">Where it will listen.</param>
/// <param name="log">Takes what it logs, beside its last words here; null for nothing.</param>
internal sealed class ServiceProcess(string assembly, Uri service, TextWriter? log) : IAsyncDisposable
{
    /// <summary>How long it rings: long enough to outlast a restart, short enough to ring out in a run.</summary>
    public static readonly TimeSpan RingTimeout = TimeSpan.FromSeconds(8);

    private const int LinesKept = 30;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <exception cref="CommandFailedException">Another one listens there; or it ended, or is not ready within a minute; the message has its last words.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(service);
        if (await IsReadyAsync(connection))
        {
            throw new CommandFailedException($"Another service listens at {service} already.");
        }

        var start = new ProcessStartInfo("dotnet", [assembly]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOST"] = service.Host;
        start.Environment["PORT"] = service.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["Calls__RingTimeout"] = RingTimeout.ToString("c");
        start.Environment["Calls__RequestsPerSecond"] = start.Environment["Calls__RequestBurst"] = "100000";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        var limit = TimeProvider.System.GetUtcNow() + ReadyLimit;
        while (!await IsReadyAsync(connection))
        {
            EnsureRuns();
            if (TimeProvider.System.GetUtcNow() > limit)
            {
                throw Failed("is not ready after a minute");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Kills it outright.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    /// <summary>Notices when it has ended by itself.</summary>
    /// <exception cref="CommandFailedException">It has; the message has its last words.</exception>
    public void EnsureRuns()
    {
        if (_process is { HasExited: true } process)
        {
            throw Failed($"ended by itself, with status {process.ExitCode}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

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

    private void Keep(string? line)
    {
        if (line is not null)
        {
            log?.WriteLine(line);
            _output.Enqueue(line);
            if (_output.Count > LinesKept)
            {
                _output.TryDequeue(out _);
            }
        }
    }

    private CommandFailedException Failed(string what) => new($"The service {what}. Its last words:\n{string.Join('\n', _output)}");
}
