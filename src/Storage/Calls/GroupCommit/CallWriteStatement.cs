using System.Globalization;
using Fayo.Calls.Grains.Calls;
using Npgsql;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>
/// The prepared statement that writes calls (<see cref="CallWriteSql"/>), in variants, and its parameters: one array per column.
/// </summary>
/// <remarks>Belongs to one connection and one task. The arrays are filled anew for each batch and kept.</remarks>
internal sealed class CallWriteStatement : IAsyncDisposable
{
    /// <summary>For which batches there is a statement of its own, from the cheapest to the one that can write all.</summary>
    private static readonly CallWriteParts[] Variants =
    [
        CallWriteParts.Changes,
        CallWriteParts.Changes | CallWriteParts.Claims,
        CallWriteParts.NewCalls | CallWriteParts.Claims,
        CallWriteParts.Changes | CallWriteParts.NewCalls | CallWriteParts.Claims,
        CallWriteParts.Changes | CallWriteParts.NewCalls | CallWriteParts.Claims | CallWriteParts.LatestCalls | CallWriteParts.KeptClaims,
    ];

    private readonly CallColumns _changes = new();
    private readonly ArrayColumn<int> _expectedVersions = new("expected", NpgsqlDbType.Integer);
    private readonly NewCallColumns _newCalls = new();
    private readonly EntryColumns _entries = new();
    private readonly ClaimColumns _claims = new();
    private readonly OutboxColumns? _outbox;

    private readonly List<(CallWriteParts Parts, IArrayColumn Column)> _columns = [];
    private readonly List<(CallWriteParts Parts, NpgsqlCommand Command)> _commands = [];
    private CallWriteParts _parts;

    private CallWriteStatement(IReadOnlyList<EventSubscription> subscriptions)
    {
        Add(CallWriteParts.Changes, [.. _changes.All, _expectedVersions]);
        Add(CallWriteParts.NewCalls, _newCalls.All);
        Add(CallWriteParts.LatestCalls, _newCalls.OfLatestCalls);
        Add(CallWriteParts.None, _entries.All);
        Add(CallWriteParts.Claims, _claims.All);
        Add(CallWriteParts.KeptClaims, _claims.OfKept);
        if (subscriptions.Count > 0)
        {
            _outbox = new OutboxColumns(subscriptions);
            Add(CallWriteParts.Outbox, _outbox.All);
        }
    }

    /// <summary>True where the batch has events of which other systems are told.</summary>
    public bool HasEvents { get; private set; }

    /// <summary>Prepares the statements on an open connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="subscriptions">Which other systems are told of calls.</param>
    public static async Task<CallWriteStatement> PrepareAsync(
        NpgsqlConnection connection, IReadOnlyList<EventSubscription> subscriptions)
    {
        var statement = new CallWriteStatement(subscriptions);
        foreach (var parts in Variants)
        {
            var command = statement.CreateCommand(parts | (subscriptions.Count > 0 ? CallWriteParts.Outbox : CallWriteParts.None));
            command.Connection = connection;
            await command.PrepareAsync();
            statement._commands.Add((parts, command));
        }

        return statement;
    }

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        HasEvents = false;
        _parts = CallWriteParts.None;
        foreach (var (_, column) in _columns)
        {
            column.Clear();
        }
    }

    /// <summary>Adds a call to write. A batch holds no call twice.</summary>
    public void Add(CallWrite write)
    {
        if (write.ExpectedVersion is { } version)
        {
            _parts |= CallWriteParts.Changes;
            _changes.Add(write.State);
            _expectedVersions.Add(version);
        }
        else
        {
            _parts |= CallWriteParts.NewCalls;
            if (_newCalls.Add(write.State, write.Admission))
            {
                _parts |= CallWriteParts.LatestCalls;
            }
        }

        _entries.Add(write.CallId, write.Events);
        _claims.Add(write);
        if (write.Claims.Taken.Count + write.Claims.Required.Count + write.Claims.Released.Count > 0)
        {
            _parts |= CallWriteParts.Claims;
        }

        if (write.Claims.Kept.Count > 0)
        {
            _parts |= CallWriteParts.KeptClaims;
        }

        HasEvents |= _outbox?.Add(write) == true;
    }

    /// <summary>Writes the batch, all of it or nothing, and says what became of it.</summary>
    public Task<BatchOutcome> ExecuteAsync() => ExecuteAsync(_commands.Find(variant => variant.Parts.HasFlag(_parts)).Command);

    /// <summary>Runs all variants with an empty batch, so that the database makes their plans.</summary>
    public async Task PlanAsync()
    {
        Clear();
        foreach (var (_, command) in _commands)
        {
            await ExecuteAsync(command);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, command) in _commands)
        {
            await command.DisposeAsync();
        }
    }

    private static async Task<BatchOutcome> ExecuteAsync(NpgsqlCommand command)
    {
        var outcome = new BatchOutcome();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var id = rows.GetString(1);
            switch (rows.GetInt32(0))
            {
                case 0:
                    outcome.Silences.Add(id, CallRows.ReadSilence(rows.GetString(2))!.Value);
                    break;
                case 1:
                    outcome.Conflicts.Add(
                        new ClaimConflict(id, rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetBoolean(5)));
                    break;
                default:
                    outcome.Limited[id] = new CallWriteOutcome.LimitReached(
                        WireNames.Parse<CallLimit>(rows.GetString(2)), int.Parse(rows.GetString(3), CultureInfo.InvariantCulture));
                    break;
            }
        }

        return outcome;
    }

    private void Add(CallWriteParts parts, IReadOnlyList<IArrayColumn> columns) =>
        _columns.AddRange(columns.Select(column => (parts, column)));

    private NpgsqlCommand CreateCommand(CallWriteParts parts)
    {
        var command = new NpgsqlCommand(CallWriteSql.Compose(parts));
        foreach (var (_, column) in _columns.Where(column => parts.HasFlag(column.Parts)))
        {
            column.AddTo(command);
        }

        return command;
    }
}
