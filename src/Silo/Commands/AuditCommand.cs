using System.Globalization;
using Fayo.Calls.Storage.Audit;

namespace Fayo.Calls.Silo.Commands;

/// <summary>Exports and checks the audit.</summary>
internal static class AuditCommand
{
    /// <summary>Writes all entries to the standard output, a JSON object a line.</summary>
    public static Task<int> ExportAsync() => StorageCommand.RunRecordedAsync(AuditAction.ExportAudit, subjectId: null, async services =>
    {
        var reader = services.GetRequiredService<IAuditReader>();
        await foreach (var record in reader.ReadAsync(after: 0, from: null, to: null, CancellationToken.None))
        {
            await Console.Out.WriteLineAsync(AuditJson.ToLine(record));
        }

        return 0;
    });

    /// <summary>Checks that no entry was changed, taken out or cut off.</summary>
    /// <param name="head">An end of the audit that was noted elsewhere, as number:hash; null where none is to be compared.</param>
    /// <returns>0 where the audit is whole; 1 where it is not, or cannot be read; 2 where the argument cannot be understood.</returns>
    public static async Task<int> VerifyAsync(string? head)
    {
        if (!TryParse(head, out var known))
        {
            await Console.Error.WriteLineAsync($"'{head}' is not an end of the audit, such as 42:5891b5b5…, which the service logs.");
            return 2;
        }

        return await StorageCommand.RunAsync(async services =>
        {
            var verdict = await services.GetRequiredService<AuditVerifier>().VerifyAsync(known, CancellationToken.None);
            if (verdict.Problem is { } problem)
            {
                await Console.Error.WriteLineAsync($"The audit is broken. {problem}");
                return 1;
            }

            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"The audit is whole: {verdict.Count} entries. It ends at {verdict.LastSeq}:{verdict.LastHash}, "
                    + $"confirmed {verdict.SignedAt:u}."));
            return 0;
        });
    }

    private static bool TryParse(string? head, out (long Seq, string Hash)? known)
    {
        known = null;
        if (head is null)
        {
            return true;
        }

        var parts = head.Split(':');
        if (parts.Length != 2 || parts[1].Length != 64
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
        {
            return false;
        }

        known = (seq, parts[1]);
        return true;
    }
}
