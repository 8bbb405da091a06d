using Fayo.Calls.Storage.Audit.Chain;
using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Fayo.Calls.Storage.Audit;

/// <summary>
/// Adds batches of entries to the chain, and deletes what has been kept long enough. There is one chain for all silos; who adds to it
/// holds the lock on its end for one short transaction per batch.
/// </summary>
/// <remarks>
/// It remembers the last entry that it has seen. Where that entry is gone or another when it comes again, somebody has cut or changed the
/// chain, and that goes on record: a signature of the new end must not hide it.
/// </remarks>
internal sealed class AuditWriter(NpgsqlDataSource database, AuditSettings settings, TimeProvider time, ILogger<AuditWriter> logger)
{
    private const int BatchSize = 1000;

    private const string InsertSql = """
        INSERT INTO audit_entries
            (seq, at, silo, action, actor, role, subject, other, call_id, status, address, agent, detail, hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """;

    private readonly string _silo = Environment.MachineName;
    private (long Seq, byte[] Hash)? _seen;
    private bool _wasSigned = true;

    /// <summary>The newest entry that this silo knows of; null where it has written none.</summary>
    public (long Seq, byte[] Hash)? Seen => _seen;

    /// <summary>Adds entries, in one transaction. With none it only checks the chain and signs its end anew.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached; nothing was added.</exception>
    public Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken) =>
        AppendAsync(entries, onlyIfWhole: false, cancellationToken);

    /// <summary>Adds an entry, unless the end of the chain is not signed with this secret. Then nothing is changed.</summary>
    /// <returns>What is wrong with the end; null where the entry was added.</returns>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached; nothing was added.</exception>
    public Task<string?> TryAppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        AppendAsync([entry], onlyIfWhole: true, cancellationToken);

    /// <summary>Accepts a damaged stretch as it is, with an entry that says so. Its digest is compared from then on.</summary>
    /// <returns>What is wrong with the end, and nothing was changed; null where the stretch is accepted.</returns>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached; nothing was changed.</exception>
    public Task<string?> AcceptAsync(AuditStretch stretch, AuditEntry entry, CancellationToken cancellationToken) =>
        AppendAsync([entry], onlyIfWhole: true, cancellationToken, async (connection, seq) =>
        {
            var (damage, now) = (stretch.Damage, AuditChain.Truncate(time.GetUtcNow()));
            var accepted = new AcceptedDamage(
                damage.Seq, stretch.To, stretch.Hash, stretch.Digest, damage.Problem, EntrySeq: seq, now);
            await accepted.WriteAsync(connection, settings, cancellationToken);
            if (stretch.Start is { } start)
            {
                await AuditHead.WriteAsync(connection, AuditHead.First, start.Seq, start.Hash, settings.Key, now, cancellationToken);
            }
        });

    private Task<string?> AppendAsync(
        IReadOnlyList<AuditEntry> entries,
        bool onlyIfWhole,
        CancellationToken cancellationToken,
        Func<NpgsqlConnection, long, Task>? withLast = null) =>
        RunAsync(
            async (connection, transaction) =>
            {
                var last = await AuditHead.ReadAsync(connection, AuditHead.Last, isLocked: true, cancellationToken);
                var newest = await AuditHead.FindAsync(connection, AuditHead.Last, cancellationToken);
                var damage = newest.Seq > last.Seq
                    ? FormattableString.Invariant($"the chain ends at {last.Seq}, and there are entries up to {newest.Seq}")
                    : await FindDamageAsync(connection, last, cancellationToken);
                if (onlyIfWhole && damage is not null)
                {
                    return damage;
                }

                if (_seen is null)
                {
                    await SignAnewAsync(connection, cancellationToken);
                }

                // Behind all that there is: a number that is taken cannot be written a second time.
                last = newest.Seq > last.Seq ? newest : last;
                var all = damage is null ? entries : [Own(AuditAction.DamagedAudit, damage), .. entries];
                var (seq, hash) = await InsertAsync(connection, last, all, cancellationToken);
                await AuditHead.WriteAsync(connection, AuditHead.Last, seq, hash, settings.Key, time.GetUtcNow(), cancellationToken);
                if (withLast is not null)
                {
                    await withLast(connection, seq);
                }

                await transaction.CommitAsync(cancellationToken);
                _seen = (seq, hash);
                if (damage is not null)
                {
                    logger.ChainDamaged(damage);
                }

                return damage;
            },
            cancellationToken);

    /// <summary>Runs a transaction, and once more where the session was bad or the database ended a deadlock.</summary>
    /// <exception cref="CallStoreUnavailableException">The database, or the connection to it, is to blame.</exception>
    private async Task<TResult> RunAsync<TResult>(
        Func<NpgsqlConnection, NpgsqlTransaction, Task<TResult>> run, CancellationToken cancellationToken)
    {
        for (var mayTryAgain = true; ; mayTryAgain = false)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                return await run(connection, transaction);
            }
            catch (Exception error) when (DatabaseFailures.IsOfTheDatabase(error) || DatabaseFailures.IsTransient(error))
            {
                DatabaseSessions.Of(database)?.Judge(error);
                if (!mayTryAgain || !(DatabaseFailures.IsNotRun(error) || DatabaseFailures.IsTransient(error)))
                {
                    throw DatabaseFailures.Unavailable(error);
                }
            }
        }
    }

    /// <summary>
    /// Deletes the entries that are older than <see cref="AuditSettings.KeepFor"/>, and the references that none has any more. Where the
    /// chain is damaged it stops, unless the damage was accepted: the signature of a new beginning would hide it.
    /// </summary>
    /// <returns>How many entries were deleted.</returns>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        for (var hasMore = true; hasMore;)
        {
            (var deleted, hasMore) = await RunAsync(
                (connection, transaction) => PruneBatchAsync(connection, transaction, cancellationToken), cancellationToken);
            total += deleted;
        }

        if (total > 0)
        {
            await AppendAsync([Own(AuditAction.PruneAudit, FormattableString.Invariant($"{total} entries"))], cancellationToken);
        }

        return total;
    }

    private async Task<(int Deleted, bool HasMore)> PruneBatchAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await AuditHead.ReadAsync(connection, AuditHead.Last, isLocked: true, cancellationToken);
        var first = await AuditHead.ReadAsync(connection, AuditHead.First, isLocked: true, cancellationToken);
        var (seq, hash, damage) = first.FindDamage(settings) is { } unsigned
            ? (first.Seq, first.Hash, unsigned)
            : await ReadOldAsync(connection, first, cancellationToken);
        if (damage is not null)
        {
            logger.DamageNotDeleted(damage);
        }

        if (seq == first.Seq)
        {
            // A silo of the release before, with the secret of before, deletes entries also where the beginning is signed with a new one.
            await SignAnewAsync(connection, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return (0, false);
        }

        // Entries and signature in one transaction: at no moment does the chain begin elsewhere than signed.
        await AuditHead.WriteAsync(connection, AuditHead.First, seq, hash, settings.Key, time.GetUtcNow(), cancellationToken);
        await using var allow = new NpgsqlCommand("SELECT set_config('fayo.audit_retention', 'on', true)", connection);
        await allow.ExecuteNonQueryAsync(cancellationToken);
        var (deleted, references) = await DeleteEntriesAsync(connection, seq, cancellationToken);
        await AuditPeople.RemoveUnusedAsync(connection, references, cancellationToken);
        await AcceptedDamage.RemoveBeforeAsync(connection, seq, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (deleted, seq - first.Seq >= BatchSize);
    }

    /// <summary>Deletes the entries up to one.</summary>
    /// <returns>How many they were, and the references that they had.</returns>
    private static async Task<(int Count, string[] References)> DeleteEntriesAsync(
        NpgsqlConnection connection, long seq, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH deleted AS (DELETE FROM audit_entries WHERE seq <= $1 RETURNING actor, subject, other)
            SELECT (SELECT count(*)::int FROM deleted), coalesce(array_agg(DISTINCT ref), '{}') FROM deleted
            CROSS JOIN LATERAL (VALUES (actor), (subject), (other)) AS named (ref) WHERE ref IS NOT NULL
            """;
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = seq });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetInt32(0), await row.GetFieldValueAsync<string[]>(1, cancellationToken));
    }

    /// <summary>
    /// Signs the beginning of the chain, and what was accepted, with the present secret, where they are signed with one before.
    /// </summary>
    private async Task SignAnewAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var first = await AuditHead.ReadAsync(connection, AuditHead.First, isLocked: true, cancellationToken);
        if (first.IsSignedWithPrevious(settings))
        {
            await AuditHead.WriteAsync(
                connection, AuditHead.First, first.Seq, first.Hash, settings.Key, time.GetUtcNow(), cancellationToken);
        }

        foreach (var accepted in await AcceptedDamage.ReadAsync(connection, settings, cancellationToken))
        {
            await accepted.WriteAsync(connection, settings, cancellationToken);
        }
    }

    /// <summary>
    /// Reads the oldest entries up to the first that is young enough, or damaged: what is deleted is as it was written, or as it was
    /// accepted. A stretch that was accepted is deleted as a whole, with the entry behind it: the times of its own entries may be wrong.
    /// </summary>
    /// <returns>The last of them, and what is wrong with the next one; null where nothing is.</returns>
    private async Task<(long Seq, byte[] Hash, string? Damage)> ReadOldAsync(
        NpgsqlConnection connection, AuditHead first, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {AuditRow.Columns} FROM audit_entries AS entry ORDER BY entry.seq LIMIT $1";
        var before = time.GetUtcNow() - settings.KeepFor;
        var accepted = await AcceptedDamage.ReadAsync(connection, settings, cancellationToken);
        var longest = accepted.Select(stretch => stretch.To - stretch.From + 1).DefaultIfEmpty(0).Max();
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = BatchSize + longest });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var walk = new AuditWalk(first.Seq, first.Hash, accepted);
        var (seq, hash) = (first.Seq, first.Hash);
        while (await rows.ReadAsync(cancellationToken))
        {
            var (row, stored) = (AuditRow.Read(rows), AuditRow.ReadHash(rows));
            if (walk.Next(row, stored) is { } damage)
            {
                return (seq, hash, damage.Problem);
            }

            if (walk.Open is not null)
            {
                continue;
            }

            if (row.At >= before)
            {
                break;
            }

            (seq, hash) = (row.Seq, stored);
        }

        return (seq, hash, null);
    }

    /// <summary>What is wrong with the end of the chain, as far as this silo remembers it; null where nothing is.</summary>
    private async Task<string?> FindDamageAsync(NpgsqlConnection connection, AuditHead last, CancellationToken cancellationToken)
    {
        if (_seen is not { } seen)
        {
            // After a start there is only the signature to go by.
            return last.IsSigned(settings) ? null : FormattableString.Invariant($"the end {last.Seq} is not signed with this secret");
        }

        if (last.Seq < seen.Seq)
        {
            return FormattableString.Invariant($"the chain ends at {last.Seq} and ended at {seen.Seq} before");
        }

        if (last.Seq > seen.Seq)
        {
            // Once: while secrets are changed without the one before beside it, each end that another silo writes would be noted.
            var wasSigned = _wasSigned;
            _wasSigned = last.IsSigned(settings);
            if (wasSigned && !_wasSigned)
            {
                return FormattableString.Invariant($"the end {last.Seq} is not signed with this secret");
            }
        }

        await using var command = new NpgsqlCommand("SELECT hash FROM audit_entries WHERE seq = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = seen.Seq });
        var hash = await command.ExecuteScalarAsync(cancellationToken) as byte[]
            ?? (last.Seq == seen.Seq ? last.Hash : null);
        return hash is null || hash.AsSpan().SequenceEqual(seen.Hash)
            ? null
            : FormattableString.Invariant($"entry {seen.Seq} is not as it was");
    }

    private async Task<(long Seq, byte[] Hash)> InsertAsync(
        NpgsqlConnection connection, AuditHead last, IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        var (seq, hash) = (last.Seq, last.Hash);
        if (entries.Count == 0)
        {
            return (seq, hash);
        }

        var references = await AuditPeople.FindOrAddAsync(
            connection, entries.SelectMany(entry => new[] { entry.ActorId, entry.SubjectId, entry.OtherId }), cancellationToken);
        var rows = new List<(AuditRow Row, byte[] Hash)>(entries.Count);
        foreach (var entry in entries)
        {
            var row = new AuditRow(
                ++seq,
                AuditChain.Truncate(entry.At),
                _silo,
                entry.Action,
                Reference(entry.ActorId),
                entry.Role,
                Reference(entry.SubjectId),
                Reference(entry.OtherId),
                entry.CallId,
                entry.Status,
                entry.Address,
                entry.Agent,
                entry.Detail);
            hash = AuditChain.HashOf(hash, row);
            rows.Add((row, hash));
        }

        await using var command = new NpgsqlCommand(InsertSql, connection);
        Add(row => row.Row.Seq);
        Add(row => row.Row.At.UtcDateTime);
        Add(row => row.Row.Silo);
        Add(row => row.Row.Action);
        Add(row => row.Row.Actor);
        Add(row => row.Row.Role);
        Add(row => row.Row.Subject);
        Add(row => row.Row.Other);
        Add(row => row.Row.CallId);
        Add(row => row.Row.Status);
        Add(row => row.Row.Address);
        Add(row => row.Row.Agent);
        Add(row => row.Row.Detail);
        Add(row => row.Hash);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return (seq, hash);

        string? Reference(string? userId) => userId is null ? null : references[userId];

        void Add<TValue>(Converter<(AuditRow Row, byte[] Hash), TValue> read) =>
            command.Parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = [.. rows.ConvertAll(read)] });
    }

    private AuditEntry Own(string action, string detail) => new() { Action = action, At = time.GetUtcNow(), Detail = detail };
}
