using System.Diagnostics;
using System.Globalization;

namespace Fayo.Calls.Tools.Processes;

/// <summary>
/// A PostgreSQL in a folder of its own, as <c>scripts/postgres.sh</c> makes it. It is durable: its settings are PostgreSQL's own.
/// </summary>
/// <param name="folder">Its folder.</param>
public sealed class PrivatePostgres(string folder)
{
    private static readonly Lazy<string> Script = new(FindScript);

    /// <summary>The process id of its first process.</summary>
    /// <exception cref="IOException">It does not run.</exception>
    public int ProcessId => int.Parse(
        File.ReadLines(Path.Combine(folder, "cluster", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Starts it, and makes it where there is none in the folder.</summary>
    /// <exception cref="CommandFailedException">The script failed; the message has what it said.</exception>
    public Task StartAsync() => RunAsync("start");

    /// <summary>Stops it, where it runs.</summary>
    /// <exception cref="CommandFailedException">The script failed; the message has what it said.</exception>
    public Task StopAsync() => RunAsync("stop");

    /// <summary>The database of the service as its owner reaches it: <c>postgresql://…</c></summary>
    /// <exception cref="CommandFailedException">The script failed; the message has what it said.</exception>
    public Task<string> ReadUrlAsync() => RunAsync("url");

    /// <summary>How Npgsql connects as the superuser.</summary>
    /// <exception cref="CommandFailedException">The script failed; the message has what it said.</exception>
    public Task<string> ReadSuperuserAsync() => RunAsync("superuser-npgsql");

    private async Task<string> RunAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo(Script.Value, [command, folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new CommandFailedException(
                string.Create(CultureInfo.InvariantCulture, $"scripts/postgres.sh {command} ended with {process.ExitCode}. {errors}"));
    }

    private static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "scripts", "postgres.sh");
            if (File.Exists(script))
            {
                return script;
            }
        }

        throw new CommandFailedException($"No folder above {AppContext.BaseDirectory} has scripts/postgres.sh.");
    }
}
