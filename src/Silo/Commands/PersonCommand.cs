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
        await Console.Out.WriteLineAsync($"Erased. {calls.Count} calls have a pseudonym in place of the id.");
        return await HasOpenCallsAsync(data) ? 1 : 0;

        async Task<bool> HasOpenCallsAsync(IPersonalData from)
        {
            var open = await from.ListOpenCallsAsync(userId, CancellationToken.None);
            if (open.Count == 0)
            {
                return false;
            }

            await Console.Error.WriteLineAsync(
                $"There are open calls ({string.Join(", ", open)}). End them first; DELETE /api/v1/users/{{id}}/data does that by itself.");
            return true;
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
