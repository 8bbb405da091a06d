using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Http;

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

    private const int MaxOutputLines = 30;

    /// <summary>The status with which the service ends when its database is gone while it starts.</summary>
    private const int NoDatabaseStatus = 1;

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;
    private Thread? _starter;
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

        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "--", "dotnet", assembly])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOST"] = service.Host;
        start.Environment["PORT"] = service.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["Calls__RingTimeout"] = RingTimeout.ToString("c");
        start.Environment["Calls__RequestsPerSecond"] = start.Environment["Calls__RequestBurst"] = "100000";
        _isStarting = true;
        _process = await LaunchAsync(start);
        var limit = TimeProvider.System.GetUtcNow() + ReadyTimeout;
        while (!await IsReadyAsync(connection))
        {
            if (_process is { HasExited: true, ExitCode: NoDatabaseStatus })
            {
                await KillAsync();
                _process = await LaunchAsync(start);
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
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            _starter!.Join();
            process.Dispose();
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

    /// <summary>
    /// With <c>--pdeathsig</c> the kernel kills the service when the thread that started it ends, not the process. Therefore a
    /// thread of its own starts the service and waits until it has ended.
    /// </summary>
    private Task<Process> LaunchAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starter = new Thread(() =>
        {
            try
            {
                var process = new Process { StartInfo = start };
                process.OutputDataReceived += (_, line) => Keep(line.Data);
                process.ErrorDataReceived += (_, line) => Keep(line.Data);
                process.Start();
                process.BeginOutputReadLine();
                process.BeginErrorReadLine();
                started.SetResult(process);
                process.WaitForExit();
            }
            catch (Win32Exception failure)
            {
                started.SetException(new CommandFailedException($"The service cannot be started: {failure.Message}"));
            }
        }) { IsBackground = true };
        _starter.Start();
        return started.Task;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            log?.WriteLine(line);
            _output.Enqueue(line);
            if (_output.Count > MaxOutputLines)
            {
                _output.TryDequeue(out _);
            }
        }
    }

    private CommandFailedException Failed(string what) => new($"The service {what}. Its last output:\n{string.Join('\n', _output)}");
}
