using System.Diagnostics;

[assembly: Xunit.AssemblyFixture(typeof(Fayo.Calls.Tests.Support.PrivatePostgres))]

namespace Fayo.Calls.Tests.Support;

/// <summary>
/// A PostgreSQL for the tests of this process, where <c>FAYO_TEST_POSTGRES</c> does not name one already, as <c>./fayo test</c> has it
/// do. <c>scripts/postgres.sh</c> runs it in a temporary folder; it stops with the last test.
/// </summary>
public sealed class PrivatePostgres : Xunit.IAsyncLifetime
{
    private const string Variable = "FAYO_TEST_POSTGRES";

    // PostgreSQL, which does not run as root, has to get through to its own folder in there.
    private const UnixFileMode OthersMayPass =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private string? _folder;
    private FileStream? _lock;

    private string Cluster => Path.Combine(_folder!, "postgres");

    /// <summary>Starts it, and names it in the environment of this process.</summary>
    /// <exception cref="InvalidOperationException">It does not start; the message has what the script said.</exception>
    public async ValueTask InitializeAsync()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
        {
            return;
        }

        // Name and lock are those of scripts/workspace.sh: what a process leaves behind that was killed, the next ./fayo test takes away.
        _folder = Directory.CreateTempSubdirectory("fayo-test.").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, OthersMayPass);
        }

        _lock = new FileStream(Path.Combine(_folder, "lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        await RunScriptAsync("start");
        Environment.SetEnvironmentVariable(Variable, await RunScriptAsync("superuser-npgsql"));
    }

    /// <summary>Stops it, and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_folder is null)
        {
            return;
        }

        Environment.SetEnvironmentVariable(Variable, null);
        await RunScriptAsync("stop");
        Directory.Delete(_folder, recursive: true);
        await _lock!.DisposeAsync();
    }

    private async Task<string> RunScriptAsync(string command)
    {
        using var script = Process.Start(new ProcessStartInfo(FindScript(), [command, Cluster])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = script.StandardOutput.ReadToEndAsync();
        var errors = script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        return script.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException(
                $"The tests have no PostgreSQL: scripts/postgres.sh {command} failed with {script.ExitCode}. {await errors}");
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

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} has scripts/postgres.sh.");
    }
}
