using Fayo.Calls.Silo.Settings;
using Fayo.Calls.Storage;

namespace Fayo.Calls.Silo.Commands;

/// <summary>What the commands share that work on the database beside the service, whether it runs or not.</summary>
internal static class StorageCommand
{
    /// <summary>Runs a command with DATABASE_URL and the settings of the audit, which have to be those of the service.</summary>
    /// <returns>What the command returns; 1 where the database cannot be reached, 2 where a setting cannot be used.</returns>
    public static async Task<int> RunAsync(Func<IServiceProvider, Task<int>> run)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        var read = new SettingReader(builder.Configuration);
        var database = SiloSettings.ReadDatabase(read);
        var audit = SiloSettings.ReadAudit(read);
        if (read.Problems.Count > 0)
        {
            return StartProblem.Report(read.Problems);
        }

        builder.Services.AddMetrics();
        builder.Services.AddCallStorage(database!, audit);
        using var host = builder.Build();
        await host.StartAsync();
        try
        {
            return await run(host.Services);
        }
        catch (CallStoreUnavailableException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        finally
        {
            await host.StopAsync();
        }
    }

    /// <summary>An entry of the audit for a command, for which nobody signs in: it names the machine and the system's user.</summary>
    public static AuditEntry EntryOf(string action, string? subjectId = null) => new()
    {
        Action = action,
        At = DateTimeOffset.UtcNow,
        SubjectId = subjectId,
        Address = Environment.MachineName,
        Agent = "Fayo.Calls.Silo",
        Detail = $"by a command, as the system's user {Environment.UserName}",
    };
}
