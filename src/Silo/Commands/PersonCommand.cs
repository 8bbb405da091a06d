namespace Fayo.Calls.Silo.Commands;

/// <summary>Exports and erases what is kept of one person.</summary>
internal static class PersonCommand
{
    /// <summary>Writes all that is kept of a person to the standard output, as JSON.</summary>
    public static Task<int> ExportAsync(string userId) => RunAsync(userId, AuditAction.ExportPerson, async data =>
    {
        await Console.Out.WriteLineAsync(await data.ExportAsync(userId, CancellationToken.None));
        return 0;
    });

    /// <summary>Erases a person who has no open call.</summary>
    public static Task<int> EraseAsync(string userId) => RunAsync(userId, AuditAction.ErasePerson, async data =>
    {
        if (await HasOpenCallsAsync(data))
        {
            return 1;
        }

        var calls = await data.EraseAsync(userId, CancellationToken.None);
        // What the service was about to write when it began is written by then.
        var late = await data.EraseAsync(userId, CancellationToken.None);
        await Console.Out.WriteLineAsync($"Erased. {calls.Count + late.Count} calls have a pseudonym in place of the id.");
        return await HasOpenCallsAsync(data) ? 1 : 0;

        async Task<bool> HasOpenCallsAsync(IPersonalData from)
        {
            var open = await from.ListOpenCallsAsync(userId, CancellationToken.None);
            var watched = await from.ListWatchedCallsAsync(userId, CancellationToken.None);
            if (open.Count > 0)
            {
                await Console.Error.WriteLineAsync(
                    $"There are open calls ({string.Join(", ", open)}). "
                        + $"End them first; DELETE /api/v1/users/{{id}}/data does that by itself.");
            }

            if (watched.Count > 0)
            {
                await Console.Error.WriteLineAsync(
                    $"The person watches open calls of others ({string.Join(", ", watched)}). Run this again when they have ended.");
            }

            return open.Count + watched.Count > 0;
        }
    });

    private static async Task<int> RunAsync(string userId, string action, Func<IPersonalData, Task<int>> run)
    {
        if (!UserIds.IsValid(userId))
        {
            await Console.Error.WriteLineAsync($"'{userId}' is not a user id. {UserIds.Rule}");
            return 2;
        }

        return await StorageCommand.RunRecordedAsync(
            action, userId, services => run(services.GetRequiredService<IPersonalData>()));
    }
}
