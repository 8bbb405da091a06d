using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Fayo.Calls.Tools.Processes;

/// <summary>
/// A program that this process has started. It ends with this process, even where that is killed. The last lines of its output are kept.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int MaxOutputLines = 30;

    private readonly ConcurrentQueue<string> _output = new();
    private readonly TextWriter? _log;
    private readonly Process _process;
    private Thread? _starter;
    private int _isKilled;

    private ChildProcess(ProcessStartInfo start, TextWriter? log)
    {
        _log = log;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The status with which it has ended.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines that it has printed, the oldest first.</summary>
    public IReadOnlyList<string> LastOutput => [.. _output];

    /// <summary>Starts a program with this process's environment.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="settings">What its environment has besides, or instead.</param>
    /// <param name="log">Receives what it prints; null for nothing.</param>
    /// <exception cref="CommandFailedException">It cannot be started.</exception>
    public static async Task<ChildProcess> StartAsync(
        IEnumerable<string> command, IReadOnlyDictionary<string, string> settings, TextWriter? log = null)
    {
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "--", .. command])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(start, log);
        await child.StartAsync();
        return child;
    }

    /// <summary>Kills it with SIGKILL, and waits until it is gone and all of its output has been read.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref _isKilled, 1) == 0)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            _starter!.Join();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>
    /// With <c>--pdeathsig</c> the kernel kills the program when the thread that started it ends, not the process. Therefore a
    /// thread of its own starts it and waits until it has ended.
    /// </summary>
    private Task StartAsync()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _starter = new Thread(() =>
        {
            try
            {
                _process.Start();
                _process.BeginOutputReadLine();
                _process.BeginErrorReadLine();
            }
            catch (Win32Exception failure)
            {
                started.SetException(new CommandFailedException($"{_process.StartInfo.FileName} cannot be started: {failure.Message}"));
                return;
            }

            started.SetResult();
            _process.WaitForExit();
        }) { IsBackground = true };
        _starter.Start();
        return started.Task;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _log?.WriteLine(line);
            _output.Enqueue(line);
            if (_output.Count > MaxOutputLines)
            {
                _output.TryDequeue(out _);
            }
        }
    }
}
