using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace Fayo.Calls.Floor;

/// <summary>Writes calls and their timeline by group commit: one connection takes all that wait in one statement.</summary>
/// <param name="databaseUrl">The database, as <c>postgresql://user:password@host:port/database</c>.</param>
internal sealed class CallWriter(string databaseUrl)
{
    private const int MaxBatch = 512;

    private const string Tables = """
        create schema if not exists floor;
        create table floor.sessions (
          id text primary key, version int, status text, channel text, initiator text, recipient text, created timestamptz, doc jsonb
        ) with (fillfactor = 60);
        create index on floor.sessions (initiator, created);
        create index on floor.sessions (recipient, created);
        create table floor.events (call_id text, version int, at timestamptz, kind text, primary key (call_id, version));
        """;

    private const string Insert = """
        with written as (
          insert into floor.sessions
          select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::jsonb[])
          on conflict (id) do update set version = excluded.version, status = excluded.status, doc = excluded.doc
        )
        insert into floor.events select * from unnest($1::text[], $2::int[], $7::timestamptz[], $9::text[])
        """;

    private readonly Channel<Write> _waiting = Channel.CreateUnbounded<Write>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Makes the tables.</summary>
    public async Task MakeTablesAsync()
    {
        await using var connection = new NpgsqlConnection(ReadConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Tables, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Writes a change of a call; completes when it is durable.</summary>
    public Task WriteAsync(Session session, string change)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Writer.TryWrite(new Write(session, change, done));
        return done.Task;
    }

    /// <summary>Writes what waits, until the database fails.</summary>
    public async Task RunAsync()
    {
        await using var connection = new NpgsqlConnection(ReadConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Insert, connection);
        NpgsqlDbType[] types =
        [
            NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text,
            NpgsqlDbType.TimestampTz, NpgsqlDbType.Jsonb, NpgsqlDbType.Text,
        ];
        foreach (var type in types)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = Array.Empty<object>() });
        }

        await command.PrepareAsync();
        var batch = new List<Write>();
        var later = new List<Write>();
        while (later.Count > 0 || await _waiting.Reader.WaitToReadAsync())
        {
            TakeBatch(batch, later);
            Fill(command.Parameters, batch);
            await command.ExecuteNonQueryAsync();
            batch.ForEach(write => write.Done.SetResult());
        }
    }

    /// <summary>One statement cannot change a row twice: the second change of a call waits for the next batch.</summary>
    private void TakeBatch(List<Write> batch, List<Write> later)
    {
        batch.Clear();
        var calls = new HashSet<string>(StringComparer.Ordinal);
        batch.AddRange(later.Where(write => calls.Add(write.Session.Id)));
        later.RemoveAll(batch.Contains);
        while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var write))
        {
            (calls.Add(write.Session.Id) ? batch : later).Add(write);
        }
    }

    private static void Fill(NpgsqlParameterCollection parameters, List<Write> batch)
    {
        T[] Column<T>(Func<Write, T> value) => [.. batch.Select(value)];
        parameters[0].Value = Column(write => write.Session.Id);
        parameters[1].Value = Column(write => write.Session.Version);
        parameters[2].Value = Column(write => write.Session.Status);
        parameters[3].Value = Column(write => write.Session.ChannelName);
        parameters[4].Value = Column(write => write.Session.InitiatorId);
        parameters[5].Value = Column(write => write.Session.RecipientId);
        parameters[6].Value = Column(write => write.Session.CreatedAt.UtcDateTime);
        parameters[7].Value = Column(_ => "{}");
        parameters[8].Value = Column(write => write.Change);
    }

    private string ReadConnectionString()
    {
        var url = new Uri(databaseUrl);
        var user = url.UserInfo.Split(':');
        return new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port,
            Username = user[0],
            Password = user.ElementAtOrDefault(1),
            Database = url.AbsolutePath.TrimStart('/'),
        }.ConnectionString;
    }

    /// <summary>A change that waits to be written. Not a record: two changes are never the same.</summary>
    private sealed class Write(Session session, string change, TaskCompletionSource done)
    {
        public Session Session { get; } = session;

        public string Change { get; } = change;

        public TaskCompletionSource Done { get; } = done;
    }
}
