using Fayo.Calls.Silo.Database;
using Fayo.Calls.Silo.Settings;
using Fayo.Calls.Silo.Telemetry;
using Fayo.Calls.Storage.Migrations;

namespace Fayo.Calls.Silo.Commands;

/// <summary>Brings the database up to date, with a role that may create tables, before silos start that may not.</summary>
internal static class MigrateCommand
{
    /// <summary>Applies the migrations that are missing, and moves the calls of FAYO's own call service where there are some.</summary>
    /// <param name="isDryRun">Only prints what would be done.</param>
    public static async Task<int> RunAsync(bool isDryRun)
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
            return isDryRun
                ? await PrintPlanAsync(host.Services, stopping.Token)
                : await host.Services.GetRequiredService<DatabasePreparation>().RunAsync(MigrationMode.Apply, stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return 1;
        }
    }

    private static async Task<int> PrintPlanAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        MigrationPlan plan;
        try
        {
            plan = await services.GetRequiredService<DatabaseMigrator>().PlanAsync(cancellationToken);
        }
        catch (Exception e) when (e is CallStoreUnavailableException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e is CallStoreUnavailableException ? 1 : StartProblem.BadSettings;
        }

        foreach (var migration in plan.Migrations)
        {
            await Console.Out.WriteLineAsync($"would apply migration {migration}");
        }

        foreach (var count in plan.LegacyCalls)
        {
            await Console.Out.WriteLineAsync(
                $"would move {count.Calls} calls of FAYO's call service that are {count.Status}: {count.Becomes}");
        }

        if (plan.Migrations.Count + plan.LegacyCalls.Count == 0)
        {
            await Console.Out.WriteLineAsync("nothing to do: the database is up to date");
        }

        return 0;
    }
}
