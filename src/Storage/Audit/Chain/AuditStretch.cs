using Npgsql;

namespace Fayo.Calls.Storage.Audit.Chain;

/// <summary>What is damaged in the audit, from the first entry with which something is wrong to the last.</summary>
/// <param name="Damage">What is wrong with the first.</param>
/// <param name="To">The last of them.</param>
/// <param name="Hash">The hash from which the chain goes on.</param>
/// <param name="Digest">A hash of the entries as they are.</param>
/// <param name="Start">Where the chain is to begin; null where its beginning is signed.</param>
internal sealed record AuditStretch(AuditDamage Damage, long To, byte[] Hash, byte[] Digest, (long Seq, byte[] Hash)? Start)
{
    /// <summary>Looks for it in all entries.</summary>
    /// <returns>Null where the chain is whole.</returns>
    public static async Task<AuditStretch?> FindAsync(
        NpgsqlConnection connection, AuditSettings settings, CancellationToken cancellationToken)
    {
        var first = await AuditHead.ReadAsync(connection, AuditHead.First, isLocked: false, cancellationToken);
        var last = await AuditHead.ReadAsync(connection, AuditHead.Last, isLocked: false, cancellationToken);
        var accepted = await AcceptedDamage.ReadAsync(connection, settings, cancellationToken);
        var unsigned = first.FindDamage(settings);
        var start = unsigned is null
            ? (first.Seq, first.Hash)
            : await ReadStartAsync(connection, first, last, cancellationToken);
        var search = new Search(new AuditWalk(start.Seq, start.Hash, accepted));
        await using (var command = new NpgsqlCommand(
            $"SELECT {AuditRow.Columns} FROM audit_entries AS entry ORDER BY entry.seq", connection) { CommandTimeout = 0 })
        {
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                search.Next(AuditRow.Read(rows), AuditRow.ReadHash(rows));
            }
        }

        search.End(last);
        if (unsigned is null)
        {
            return search.Found;
        }

        // The beginning is the first thing that is wrong, whatever follows.
        var damage = new AuditDamage(start.Seq + 1, unsigned);
        return search.Found is { } more && more.Damage.Seq == damage.Seq
            ? more with { Damage = damage, Start = start }
            : new AuditStretch(damage, start.Seq, start.Hash, AuditChain.Start, start);
    }

    /// <summary>Where a chain begins whose beginning is not signed: right before the first entry that is there.</summary>
    public static async Task<(long Seq, byte[] Hash)> ReadStartAsync(
        NpgsqlConnection connection, AuditHead first, AuditHead last, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT min(seq) FROM audit_entries", connection);
        var seq = (await command.ExecuteScalarAsync(cancellationToken) is long min ? min : last.Seq + 1) - 1;
        return (seq, seq == first.Seq ? first.Hash : AuditChain.Start);
    }

    /// <summary>Goes on behind each damage, so that the last one is found.</summary>
    private sealed class Search(AuditWalk walk)
    {
        private byte[] _digest = AuditChain.Start;

        public AuditStretch? Found { get; private set; }

        public void Next(AuditRow row, byte[] stored)
        {
            while (walk.Next(row, stored) is { } damage)
            {
                if (TrySkipAccepted(damage))
                {
                    continue;
                }

                _digest = AuditChain.HashOf(_digest, row);
                Skip(damage, row.Seq, stored);
                return;
            }

            if (Found is not null)
            {
                _digest = AuditChain.HashOf(_digest, row);
            }
        }

        public void End(AuditHead last)
        {
            while (walk.End(last) is { } damage)
            {
                if (!TrySkipAccepted(damage))
                {
                    Skip(damage, last.Seq, last.Hash);
                }
            }
        }

        /// <summary>Goes on behind a stretch that was accepted and was changed since: the new stretch holds all of it.</summary>
        private bool TrySkipAccepted(AuditDamage damage)
        {
            if (walk.Open is not { } open)
            {
                return false;
            }

            _digest = Found is null ? walk.Digest : _digest;
            Skip(damage, open.To, open.Hash);
            return true;
        }

        private void Skip(AuditDamage damage, long seq, byte[] hash)
        {
            Found = new AuditStretch(Found?.Damage ?? damage, seq, hash, _digest, Start: null);
            walk.Skip(seq, hash);
        }
    }
}
