using Fayo.Calls.Silo.Database;
using Fayo.Calls.Silo.Settings;
using Fayo.Calls.Silo.Telemetry;
using Fayo.Calls.Storage.Migrations;

namespace Fayo.Calls.Silo.Commands;

/// <summary>Brings the database up to date, with a role that may create tables, before silos start that may not.</summary>
internal static class MigrateCommand
{
    /// <summary>Applies the migrations that are missing.</summary>
    public static async Task<int> RunAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        var read = new SettingReader(builder.Configuration);
        var database = SiloSettings.ReadDatabase(read);
        var logFormat = read.Choice("Calls:LogFormat", LogFormat.Text);
        if (read.Problems.Count > 0)
        {
            return StartProblem.Report(read.Problems);
        }

        builder.Logging.AddConsole(logFormat);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(database!);
        builder.Services.AddSingleton<DatabaseMigrator>();
        builder.Services.AddSingleton<DatabasePreparation>();
        using var host = builder.Build();
        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, cancel) =>
        {
            cancel.Cancel = true;
            stopping.Cancel();
        };
        try
        {
            return await host.Services.GetRequiredService<DatabasePreparation>().RunAsync(MigrationMode.Apply, stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return 1;
        }
    }
}
