using System.Globalization;
using Fayo.Calls.Storage.Audit;

namespace Fayo.Calls.Silo.Commands;

/// <summary>Exports and checks the audit.</summary>
internal static class AuditCommand
{
    private const int MaxReasonLength = 500;

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
            foreach (var accepted in verdict.Accepted)
            {
                await Console.Out.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Accepted damage at {accepted.From}, {accepted.At:u}, by entry {accepted.EntrySeq}: {accepted.Problem}"));
            }

            if (verdict.Problem is { } problem)
            {
                await Console.Error.WriteLineAsync($"The audit is broken. {problem}");
                if (verdict.DamageSeq is { } seq)
                {
                    await Console.Error.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture,
                        $"When it is known how that came about: audit accept {seq} USER REASON accepts what is wrong with it as it is."));
                }

                return 1;
            }

            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"The audit is whole: {verdict.Count} entries. It ends at {verdict.LastSeq}:{verdict.LastHash}, "
                    + $"confirmed {verdict.SignedAt:u}."));
            return 0;
        });
    }

    /// <summary>Accepts, knowingly, that the audit is damaged, so that it counts as whole again and old entries are deleted.</summary>
    /// <param name="damage">The number of the first entry that is wrong, as <see cref="VerifyAsync"/> names it.</param>
    /// <param name="userId">Who accepts it.</param>
    /// <param name="reason">Why.</param>
    /// <returns>0 where it is accepted; 1 where it is not; 2 where an argument cannot be understood.</returns>
    public static async Task<int> AcceptAsync(string damage, string userId, string reason)
    {
        var problem = !long.TryParse(damage, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? $"'{damage}' is not the number of an entry."
            : !UserIds.IsValid(userId)
                ? $"'{userId}' is not a user id. {UserIds.Rule}"
                : string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReasonLength || reason.Any(char.IsControl)
                    ? $"A reason is a line of at most {MaxReasonLength} characters."
                    : null;
        if (problem is not null)
        {
            await Console.Error.WriteLineAsync(problem);
            return 2;
        }

        return await StorageCommand.RunAsync(async services =>
        {
            var entry = StorageCommand.EntryOf(AuditAction.AcceptDamage, subjectId: null);
            entry = entry with { ActorId = userId, Detail = $"Accepted {entry.Detail}: {reason}" };
            var audit = services.GetRequiredService<CommandAudit>();
            if (await audit.AcceptDamageAsync(seq, entry, CancellationToken.None) is { } refused)
            {
                await Console.Error.WriteLineAsync(refused);
                return 1;
            }

            await Console.Out.WriteLineAsync("Accepted, and on record.");
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
