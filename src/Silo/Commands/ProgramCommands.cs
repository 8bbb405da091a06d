namespace Fayo.Calls.Silo.Commands;

/// <summary>What the program can do beside running the service, for containers that have no shell.</summary>
internal static class ProgramCommands
{
    private const string Usage = """
        Fayo.Calls.Silo            runs the service
        Fayo.Calls.Silo migrate    brings the database up to date and ends; needs DATABASE_URL and nothing else;
                                   with --dry-run it changes nothing, and says what it would do
        Fayo.Calls.Silo health     asks the service on HOST and PORT whether it is ready; ends with 0 if it is, else with 1
        """;

    /// <summary>Runs a command.</summary>
    /// <returns>0 where it succeeded, 1 where it failed, 2 where it cannot be understood.</returns>
    public static async Task<int> RunAsync(string command, string[] args)
    {
        switch (command)
        {
            case "migrate" when args is [] or ["--dry-run"]:
                return await MigrateCommand.RunAsync(isDryRun: args.Length > 0);
            case "health" when args.Length == 0:
                return await HealthCommand.RunAsync();
            case "help":
                await Console.Out.WriteLineAsync(Usage);
                return 0;
            case "migrate" or "health":
                await Console.Error.WriteLineAsync(
                    $"{command} does not take '{string.Join(' ', args)}'; its settings are environment variables.\n{Usage}");
                return 2;
            default:
                await Console.Error.WriteLineAsync($"There is no command '{command}'.\n{Usage}");
                return 2;
        }
    }
}
