using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Monitor;

/// <summary>
/// Counts what happened in the last hour. Every call of the hour has either ended in it or is open, and a call that has ended does
/// not change any more. So ended calls are counted once and the counts are kept: each reading covers only the calls that have ended
/// since the last one, and the open calls.
/// </summary>
internal sealed class CallCounter(DatabaseShares shares, TimeProvider time) : IDisposable
{
    // What is counted of a call. A session without a recipient rings nobody, and so it has no answer time.
    private const string Counted = $"""
        floor(extract(epoch FROM created_at)::double precision / 60)::bigint AS created,
        floor(extract(epoch FROM answered_at)::double precision / 60)::bigint AS answered,
        floor(extract(epoch FROM ended_at)::double precision / 60)::bigint AS ended,
        CASE WHEN ring_deadline IS NOT NULL THEN
            floor(ln(greatest(extract(epoch FROM answered_at - created_at)::double precision * 1000, 1))
              / ln({AnswerTimes.Step}::double precision))::integer
        END AS wait,
        end_reason,
        answered_at IS NULL AND recipient_id IS NOT NULL AND end_reason NOT IN ('declined', 'admin_ended', 'failed') AS is_missed,
        status,
        answered_at IS NOT NULL AS is_answered
        """;

    // One pass over the calls that have ended from $1 on and before $3, of which those before $2 are settled, and over the open ones.
    internal const string Sql = $"""
        WITH call AS (
            SELECT {Counted}, false AS is_settled FROM call_sessions WHERE ended_at IS NULL
            UNION ALL
            SELECT {Counted}, ended_at < $2 AS is_settled FROM call_sessions WHERE ended_at >= $1 AND ended_at < $3
        )
        SELECT grouping(created, answered, ended, status)::integer, is_settled, coalesce(created, answered, ended), wait,
            end_reason, is_missed,
            status, is_answered, count(*)::integer
        FROM call
        GROUP BY GROUPING SETS (
            (is_settled, created), (is_settled, answered, wait),
            (is_settled, ended, end_reason, is_missed), (is_settled, status, is_answered))
        """;

    // The value of grouping() for a row: a bit is set for each column by which the row is not grouped.
    private const int ByCreated = 0b0111;
    private const int ByAnswered = 0b1011;
    private const int ByEnded = 0b1101;

    /// <summary>For how long the same answer is given again.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After this time an ended call is certainly in the table: it is longer than a write may take. Until then its minute is read
    /// again.
    /// </summary>
    private static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The longest period that one statement counts. Under any load its calls are few enough to be counted within the time limit of
    /// a statement.
    /// </summary>
    private static readonly TimeSpan MaxPeriod = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1);
    private CallTally _settled = new();
    private DateTimeOffset _settledUntil;
    private CallStatistics? _latest;

    /// <summary>The numbers of the last hour.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task<CallStatistics> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_latest is null || (now - _latest.At).Duration() >= MaxAge)
            {
                _latest = await CountAsync(now, cancellationToken);
            }

            return _latest;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<CallStatistics> CountAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = CallTally.OldestMinute(now);
        if (_settledUntil < CallTally.StartOf(oldest))
        {
            _settled = new CallTally();
            _settledUntil = CallTally.StartOf(oldest);
        }

        _settled.Forget(oldest);
        var settled = now - SettledAfter;
        while (settled - _settledUntil > MaxPeriod)
        {
            await CountAsync(_settledUntil + MaxPeriod, isLast: false, cancellationToken);
        }

        var (unsettled, open) = await CountAsync(settled > _settledUntil ? settled : _settledUntil, isLast: true, cancellationToken);
        return CallTally.Sum(now, open, _settled, unsettled);
    }

    /// <summary>Counts the calls that ended before a time for good, and the others as well if this is the last statement.</summary>
    private async Task<(CallTally Unsettled, OpenCallCount Open)> CountAsync(
        DateTimeOffset settled, bool isLast, CancellationToken cancellationToken)
    {
        var groups = await shares.Lists.QueryAsync(
            Sql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = _settledUntil.UtcDateTime });
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = settled.UtcDateTime });
                // The latest there is stands for infinity.
                var end = isLast ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) : settled.UtcDateTime;
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = end });
            },
            rows => ReadAsync(rows, cancellationToken),
            cancellationToken);

        _settledUntil = settled;
        var unsettled = new CallTally();
        var open = new OpenCallCount(0, 0, 0, 0);
        foreach (var group in groups)
        {
            var tally = group.IsSettled ? _settled : unsettled;
            switch (group)
            {
                case { Grouping: ByCreated, Minute: { } minute }:
                    tally.AddCreated(minute, group.Count);
                    break;
                case { Grouping: ByAnswered, Minute: { } minute }:
                    tally.AddAnswered(minute, group.Wait, group.Count);
                    break;
                case { Grouping: ByEnded, Minute: { } minute, EndReason: { } reason }:
                    tally.AddEnded(minute, reason, group.IsMissed, group.Count);
                    break;
                case { Status: { } status }:
                    open = Add(open, status, group.IsAnswered, group.Count);
                    break;
            }
        }

        return (unsettled, open);
    }

    private static OpenCallCount Add(OpenCallCount open, CallStatus status, bool isAnswered, int count) => status switch
    {
        CallStatus.Pending => open with { Pending = open.Pending + count },
        CallStatus.Ringing when isAnswered => open with { Answered = open.Answered + count },
        CallStatus.Ringing => open with { Ringing = open.Ringing + count },
        CallStatus.Active => open with { Active = open.Active + count },
        _ => open,
    };

    private static async Task<List<Group>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var groups = new List<Group>();
        while (await rows.ReadAsync(CancellationToken.None))
        {
            groups.Add(ReadGroup(rows));
        }

        return groups;
    }

    private static Group ReadGroup(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.GetBoolean(1),
        row.IsDBNull(2) ? null : row.GetInt64(2),
        row.IsDBNull(3) ? null : row.GetInt32(3),
        row.IsDBNull(4) ? null : WireNames.Parse<EndReason>(row.GetString(4)),
        !row.IsDBNull(5) && row.GetBoolean(5),
        row.IsDBNull(6) ? null : WireNames.Parse<CallStatus>(row.GetString(6)),
        !row.IsDBNull(7) && row.GetBoolean(7),
        row.GetInt32(8));

    /// <summary>Calls that are alike in what the row tells apart; the rest is unset.</summary>
    private sealed record Group(
        int Grouping,
        bool IsSettled,
        long? Minute,
        int? Wait,
        EndReason? EndReason,
        bool IsMissed,
        CallStatus? Status,
        bool IsAnswered,
        int Count);
}
