namespace Fayo.Calls.Silo.Commands;

/// <summary>What the program can do beside running the service, for containers that have no shell.</summary>
internal static class ProgramCommands
{
    private const string Usage = """
        Fayo.Calls.Silo                    runs the service
        Fayo.Calls.Silo migrate            brings the database up to date and ends; needs DATABASE_URL and nothing else; with --dry-run
                                           it changes nothing, and says what it would do
        Fayo.Calls.Silo health             asks the service on HOST and PORT whether it is ready; ends with 0 if it is, else with 1
        Fayo.Calls.Silo audit export       writes the audit, a JSON object a line
        Fayo.Calls.Silo audit verify [END] checks that no entry of the audit was changed or taken out; END, as number:hash, is one that was
                                           noted elsewhere, such as in the service's log; ends with 0 if it is whole, else with 1
        Fayo.Calls.Silo audit accept ENTRY USER REASON
                                           accepts knowingly that the audit is damaged from ENTRY on, which audit verify names, so that it
                                           counts as whole again; who and why go on record
        Fayo.Calls.Silo vapid-keys         makes a pair of keys for Web Push and writes it as settings, of which the second is a secret
        Fayo.Calls.Silo person export ID   writes all that is kept of a user
        Fayo.Calls.Silo person erase ID    erases a user; the user's ended calls stay for the others, with a pseudonym

        audit and person need the service's DATABASE_URL and Calls__AuditSecret (else JWT_SECRET). All but audit verify are on record in
        the audit, and refuse to run with another secret than the service's.
        """;

    /// <summary>
    /// The first argument that is no setting with a value, as <c>--Calls:RingTimeout=00:00:30</c> or <c>--PORT 3010</c>; null where
    /// there is none. It would be ignored: <c>--dry-run</c> without a command would start the service.
    /// </summary>
    public static string? FindUnknownOption(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                return args[i];
            }

            if (!args[i].Contains('=', StringComparison.Ordinal) && (++i == args.Length || args[i].StartsWith('-')))
            {
                return args[i - 1];
            }
        }

        return null;
    }

    /// <summary>Tells of an argument that means nothing.</summary>
    /// <returns>2.</returns>
    public static async Task<int> RefuseAsync(string option)
    {
        await Console.Error.WriteLineAsync($"There is no option '{option}'; a setting is given as --Calls:RingTimeout=00:00:30.\n{Usage}");
        return 2;
    }

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
            case "vapid-keys" when args.Length == 0:
                return await VapidKeysCommand.RunAsync();
            case "audit" when args is ["export"]:
                return await AuditCommand.ExportAsync();
            case "audit" when args is ["verify"] or ["verify", _]:
                return await AuditCommand.VerifyAsync(args.ElementAtOrDefault(1));
            case "audit" when args is ["accept", _, _, _]:
                return await AuditCommand.AcceptAsync(args[1], args[2], args[3]);
            case "person" when args is ["export", _]:
                return await PersonCommand.ExportAsync(args[1]);
            case "person" when args is ["erase", _]:
                return await PersonCommand.EraseAsync(args[1]);
            case "help":
                await Console.Out.WriteLineAsync(Usage);
                return 0;
            case "migrate" or "health" or "vapid-keys":
                await Console.Error.WriteLineAsync(
                    $"{command} does not take '{string.Join(' ', args)}'; its settings are environment variables.\n{Usage}");
                return 2;
            case "audit" or "person":
                await Console.Error.WriteLineAsync($"This is not how {command} is used.\n{Usage}");
                return 2;
            default:
                await Console.Error.WriteLineAsync($"There is no command '{command}'.\n{Usage}");
                return 2;
        }
    }
}
