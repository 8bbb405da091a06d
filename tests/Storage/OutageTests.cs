using System.Diagnostics;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Storage.Calls.GroupCommit;
using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class OutageTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    // On an idle machine it is a fraction of it; what counts is that it is less than callers wait for an answer (30 seconds).
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(25);
    private readonly Wire _wire = new(TestDatabase.ServerHost, TestDatabase.ServerPort);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _wire.DisposeAsync();

    [Fact]
    public async Task While_the_database_is_gone_everything_fails_quickly_and_afterwards_works_by_itself()
    {
        await using var silo = NewSilo();
        var state = Calls.New();
        var call = new StoredCall(state.Session.Id);
        await silo.WriteAsync(call, state);
        _wire.Cut();

        await AssertAllUnavailableAsync(silo, call);

        _wire.Mend();
        await silo.WriteAsync(call, Calls.Next(state));
        Assert.Equal(3, (await silo.ReadAsync(state.Session.Id)).State!.Session.Version);
        Assert.Equal(DatabaseState.Writable, await silo.Probe.CheckPatientlyAsync());
    }

    [Fact]
    public async Task While_the_database_cannot_be_heard_new_connections_are_given_up_quickly()
    {
        await using var silo = NewSilo(connectTimeout: 5);
        _wire.FallSilent();
        var state = Calls.New();
        var call = new StoredCall(state.Session.Id);

        await AssertAllUnavailableAsync(silo, call);

        _wire.Mend();
        await silo.WriteAsync(call, state);
    }

    [Fact]
    public async Task While_the_database_is_slow_only_so_many_writes_wait_and_new_calls_are_refused_first()
    {
        await using var silo = NewSilo();
        var open = Calls.New();
        var call = new StoredCall(open.Session.Id);
        await silo.WriteAsync(call, open);
        _wire.FallSilent();

        var created = Enumerable.Range(0, PendingWrites.MaxCount).Select(_ =>
        {
            var state = Calls.New();
            return silo.TryWriteAsync(new StoredCall(state.Session.Id), state);
        }).ToList();
        var changed = Enumerable.Range(0, PendingWrites.MaxCount).Select(_ => silo.TryWriteAsync(call, Calls.Next(open))).ToList();

        Assert.Equal(PendingWrites.MaxCount - PendingWrites.MaxCountForNewCalls, created.Count(write => write.IsCompleted));
        Assert.Equal(PendingWrites.MaxCountForNewCalls, changed.Count(write => write.IsCompleted));
        foreach (var refused in created.Concat(changed).Where(write => write.IsCompleted))
        {
            Assert.IsType<CallStoreUnavailableException>(refused.Exception!.InnerException);
        }

        _wire.Mend();
        // Whoever waits is answered: the writes came after the database was back, or failed with the connection.
        await Task.WhenAll(created.Concat(changed).Select(write => write.ContinueWith(
            static write => write.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default))).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var last = Calls.New();
        await silo.WriteAsync(new StoredCall(last.Session.Id), last);
    }

    [Fact]
    public async Task Sessions_that_were_opened_while_the_database_took_no_changes_are_not_used_any_longer_than_that()
    {
        await using var silo = new Silo(database.Settings);
        await using var orleans = new NpgsqlConnection(database.Settings.OrleansConnectionString);
        await database.SetReadOnlyAsync("on");
        try
        {
            await orleans.OpenAsync();
            await orleans.CloseAsync();
            Assert.Equal(DatabaseState.ReadOnly, await silo.Probe.CheckPatientlyAsync());
            await orleans.OpenAsync();
            await orleans.CloseAsync();
        }
        finally
        {
            await database.SetReadOnlyAsync("off");
        }

        Assert.Equal(DatabaseState.Writable, await silo.Probe.CheckPatientlyAsync());
        await orleans.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT current_setting('transaction_read_only')", orleans);
        Assert.Equal("off", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_moment_without_changes_that_nobody_saw_leaves_no_session_that_takes_none()
    {
        await using var silo = new Silo(database.Settings);
        await using var orleans = new NpgsqlConnection(database.Settings.OrleansConnectionString);
        Assert.Equal(DatabaseState.Writable, await silo.Probe.CheckPatientlyAsync());
        silo.Database.Clear();
        await database.SetReadOnlyAsync("on");
        try
        {
            await orleans.OpenAsync();
            await orleans.CloseAsync();
            await silo.Reader.ListOpenAsync("ann", CancellationToken.None);
        }
        finally
        {
            await database.SetReadOnlyAsync("off");
        }

        await silo.Probe.CheckPatientlyAsync();
        Assert.Equal(DatabaseState.Writable, await silo.Probe.CheckPatientlyAsync());

        await orleans.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT current_setting('transaction_read_only')", orleans);
        Assert.Equal("off", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_change_that_meets_a_session_which_takes_none_is_made_on_another()
    {
        await using var silo = new Silo(database.Settings);
        await database.SetReadOnlyAsync("on");
        try
        {
            await silo.Reader.ListOpenAsync("ann", CancellationToken.None);
        }
        finally
        {
            await database.SetReadOnlyAsync("off");
        }

        await silo.Users.NoteAsync([new UserProfile("after-failover")], CancellationToken.None);

        Assert.Equal(1, await database.ReadAsync<long>("SELECT count(*) FROM users WHERE id = 'after-failover'"));
    }

    [Fact]
    public async Task The_writer_goes_on_when_not_even_the_log_can_be_written()
    {
        var settings = DatabaseSettings.Parse(database.UrlVia("127.0.0.1", _wire.Port));
        await using var silo = new Silo(settings, logging: new BrokenLog());
        var state = Calls.New();
        var call = new StoredCall(state.Session.Id);
        _wire.Cut();
        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => silo.WriteAsync(call, state).WaitAsync(Quickly));

        _wire.Mend();

        await silo.WriteAsync(call, state).WaitAsync(Quickly);
        Assert.True(silo.Writer.IsWell);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_set_right_by_the_databases()
    {
        foreach (var skew in new[] { -30, 30 })
        {
            var machine = new FakeTimeProvider(DateTimeOffset.UtcNow.AddSeconds(skew));
            var clock = new DatabaseClock(machine);
            await using var silo = new Silo(database.Settings, clock);

            await silo.Probe.CheckPatientlyAsync();

            Assert.InRange(clock.Offset.TotalSeconds + skew, -15, 15);
            Assert.Equal(machine.GetUtcNow() + clock.Offset, clock.GetUtcNow());
        }
    }

    [Fact]
    public async Task A_statement_whose_answer_never_comes_is_given_up()
    {
        // The attempt to cancel a statement opens a connection.
        await using var silo = NewSilo(connectTimeout: 5);
        var state = Calls.New();
        var call = new StoredCall(state.Session.Id);
        await silo.WriteAsync(call, state);
        _wire.FallSilent();
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => silo.WriteAsync(call, Calls.Next(state)));

        // The limit of a statement, and of the attempt to cancel it.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Quickly);
        _wire.Mend();
        await silo.WriteAsync(call, Calls.Next(state));
    }

    [Fact]
    public async Task Connections_that_broke_while_they_lay_idle_cost_nobody_a_request()
    {
        var time = new FakeTimeProvider(Calls.Noon);
        await using var silo = NewSilo(time);
        var state = Calls.New();
        var call = new StoredCall(state.Session.Id);
        await silo.WriteAsync(call, state);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => silo.Reader.ListOpenAsync("ann", CancellationToken.None)));
        _wire.Twitch();
        time.Advance(TimeSpan.FromMinutes(1));

        await silo.WriteAsync(call, Calls.Next(state));
        Assert.NotEmpty(await silo.Reader.ListOpenAsync("ann", CancellationToken.None));
        Assert.Equal(3, (await silo.ReadAsync(state.Session.Id)).State!.Session.Version);
    }

    [Fact]
    public async Task A_writer_whose_session_the_administrator_ends_goes_on_with_another()
    {
        await using var silo = NewSilo();
        for (var round = 0; round < 3; round++)
        {
            var state = Calls.New();
            var call = new StoredCall(state.Session.Id);
            await silo.WriteAsync(call, state);
            await database.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                + "WHERE application_name = 'fayo-calls writer' AND datname = current_database()");

            // Within the second in which a connection is trusted, one batch may find out.
            var next = Calls.Next(state);
            try
            {
                await silo.WriteAsync(call, next);
            }
            catch (CallStoreUnavailableException)
            {
                await silo.WriteAsync(call, next);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_that_was_acknowledged_is_lost_and_nobody_waits_for_ever_however_often_the_wire_breaks(int seed)
    {
        await using var silo = NewSilo();
        var random = new Random(seed);
        using var end = new CancellationTokenSource();
        Caller[] callers = [.. Enumerable.Range(0, 24).Select(_ => new Caller(silo, end.Token))];
        try
        {
            for (var round = 0; round < 20; round++)
            {
                var (written, failed) = (callers.Sum(caller => caller.Written), callers.Sum(caller => caller.Failed));
                var few = random.Next(1, 100);
                await UntilAsync(
                    () => callers.Sum(caller => caller.Written) > written + few && callers.All(caller => caller.KnownVersion > 0));
                _wire.Cut();
                await UntilAsync(() => callers.Sum(caller => caller.Failed) > failed);
                _wire.Mend();
            }
        }
        finally
        {
            await end.CancelAsync();
        }

        foreach (var caller in callers)
        {
            await caller.EndAsync();
            var timeline = await ReadTimelineAsync(silo, caller.CallId);

            // A write whose answer was lost may have been made; only one, for the caller looks after it.
            Assert.InRange(timeline!.Session.Version, caller.KnownVersion, caller.KnownVersion + 1);
            Assert.Equal(Enumerable.Range(1, timeline.Session.Version), timeline.Entries.Select(entry => entry.Version));
        }
    }

    /// <summary>Reads as a client does that is told to try again: connections of the pool may still be those that broke.</summary>
    private static async Task<CallTimeline?> ReadTimelineAsync(Silo silo, string callId)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await silo.Reader.ReadTimelineAsync(callId, CancellationToken.None);
            }
            catch (CallStoreUnavailableException) when (attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    [Fact]
    public async Task A_writer_that_is_stopped_writes_what_waits_and_takes_no_more()
    {
        CallState[] states = [.. Enumerable.Range(0, 600).Select(_ => Calls.New())];
        var silo = NewSilo();
        var writes = states.Select(state => silo.WriteAsync(new StoredCall(state.Session.Id), state)).ToArray();
        await silo.DisposeAsync();

        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<CallStoreUnavailableException>(
            () => silo.WriteAsync(new StoredCall(CallIds.New(Calls.Noon)), Calls.New()));
    }

    [Fact]
    public async Task A_writer_that_is_stopped_while_the_database_is_gone_fails_what_waits()
    {
        var silo = NewSilo();
        _wire.Cut();
        var writes = Enumerable.Range(0, 600)
            .Select(_ => Calls.New())
            .Select(state => silo.WriteAsync(new StoredCall(state.Session.Id), state))
            .ToArray();
        await silo.DisposeAsync().AsTask().WaitAsync(Quickly);

        foreach (var write in writes)
        {
            await Assert.ThrowsAsync<CallStoreUnavailableException>(() => write.WaitAsync(Quickly));
        }
    }

    /// <summary>A silo behind the wire. The machine may stand still for some seconds while it connects, but where that is tested.</summary>
    private Silo NewSilo(TimeProvider? time = null, int connectTimeout = 30) =>
        new(DatabaseSettings.Parse(database.UrlVia("127.0.0.1", _wire.Port, $"&connect_timeout={connectTimeout}")), time);

    private static async Task AssertAllUnavailableAsync(Silo silo, StoredCall call)
    {
        var clock = Stopwatch.StartNew();
        var next = call.State is { } state ? Calls.Next(state) : Calls.New(call.Id);
        await Task.WhenAll(
            Assert.ThrowsAsync<CallStoreUnavailableException>(() => silo.WriteAsync(call, next)),
            Assert.ThrowsAsync<CallStoreUnavailableException>(() => silo.ReadAsync(call.Id)),
            Assert.ThrowsAsync<CallStoreUnavailableException>(() => silo.Reader.ListOpenAsync("ann", CancellationToken.None)),
            Assert.ThrowsAsync<CallStoreUnavailableException>(() => silo.Reader.ListAsync(new CallQuery(), CancellationToken.None)),
            Assert.ThrowsAsync<CallStoreUnavailableException>(
                () => silo.Overdue.TakeAsync(Calls.Noon, Calls.Noon, 10, TimeSpan.Zero, CancellationToken.None)),
            Assert.ThrowsAsync<CallStoreUnavailableException>(
                () => silo.Retention.DeleteEndedBeforeAsync(Calls.Noon.AddYears(-9), CancellationToken.None)),
            IsUnreachableAsync(silo)).WaitAsync(Quickly);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Quickly);
    }

    private static async Task IsUnreachableAsync(Silo silo) =>
        Assert.Equal(DatabaseState.Unreachable, await silo.Probe.CheckAsync(CancellationToken.None));

    private static async Task UntilAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "It did not come to pass.");
            await Task.Delay(1);
        }
    }

    /// <summary>Writes to one call, again and again, reading it anew after each failure, as a grain does.</summary>
    private sealed class Caller
    {
        private readonly Silo _silo;
        private readonly CallState _first = Calls.New();
        private readonly Task _running;
        private volatile int _knownVersion;
        private volatile int _written;
        private volatile int _failed;

        public Caller(Silo silo, CancellationToken end)
        {
            _silo = silo;
            _running = Task.Run(() => RunAsync(end), CancellationToken.None);
        }

        public string CallId => _first.Session.Id;

        public int Written => _written;

        public int Failed => _failed;

        /// <summary>The version that was last acknowledged or read.</summary>
        public int KnownVersion => _knownVersion;

        public Task EndAsync() => _running.WaitAsync(TimeSpan.FromSeconds(60));

        private async Task RunAsync(CancellationToken end)
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    var call = await _silo.ReadAsync(CallId);
                    _knownVersion = call.State?.Session.Version ?? 0;
                    while (!end.IsCancellationRequested)
                    {
                        var next = call.State is { } current ? Calls.Next(current) : _first;
                        var entries = call.State is null ? Calls.Opening(next) : [Calls.Note(next.Session.Version)];
                        if (await _silo.TryWriteAsync(call, next, entries)
                            is not CallWriteOutcome.Written)
                        {
                            // A write whose answer was lost was made after all, after the call was read again.
                            _failed++;
                            break;
                        }

                        _knownVersion = next.Session.Version;
                        _written++;
                    }
                }
                catch (CallStoreUnavailableException)
                {
                    _failed++;
                }
            }
        }
    }

    /// <summary>A log that cannot be written.</summary>
    private sealed class BrokenLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("No space left on device");

        public void Dispose()
        {
        }
    }
}
