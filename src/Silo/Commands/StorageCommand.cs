using Fayo.Calls.Silo.Settings;
using Fayo.Calls.Storage;
using Fayo.Calls.Storage.Audit;

namespace Fayo.Calls.Silo.Commands;

/// <summary>What the commands share that work on the database beside the service, whether it runs or not.</summary>
internal static class StorageCommand
{
    /// <summary>Runs a command with DATABASE_URL and the secret of the audit, which have to be those of the service.</summary>
    /// <remarks>The host is not started: nothing that the service does by itself, such as to delete old entries, is done here.</remarks>
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
        try
        {
            return await run(host.Services);
        }
        catch (CallStoreUnavailableException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>Runs a command that is put on record before it does anything.</summary>
    /// <param name="action">One of <see cref="AuditAction"/>.</param>
    /// <param name="subjectId">Whose data it is about; null for everybody's.</param>
    /// <param name="run">The command.</param>
    /// <returns>As <see cref="RunAsync"/>; 1 also where it cannot be put on record.</returns>
    public static Task<int> RunRecordedAsync(string action, string? subjectId, Func<IServiceProvider, Task<int>> run) =>
        RunAsync(async services =>
        {
            var audit = services.GetRequiredService<CommandAudit>();
            if (await audit.RecordAsync(EntryOf(action, subjectId), CancellationToken.None) is { } problem)
            {
                await Console.Error.WriteLineAsync(problem);
                return 1;
            }

            return await run(services);
        });

    /// <summary>An entry of the audit for a command, for which nobody signs in: it names the machine and the system's user.</summary>
    public static AuditEntry EntryOf(string action, string? subjectId) => new()
    {
        Action = action,
        At = DateTimeOffset.UtcNow,
        SubjectId = subjectId,
        Address = Environment.MachineName,
        Agent = "Fayo.Calls.Silo",
        Detail = $"by a command, as the system's user {Environment.UserName}",
    };
}
