using Fayo.Calls.Grains.Monitor.Cluster;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Monitor;

public sealed class ClusterNumbersTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly Database _database;
    private readonly OneSilo _silos = new();
    private readonly ClusterNumbers _numbers;

    public ClusterNumbersTests()
    {
        _database = new Database(_clock);
        _numbers = new ClusterNumbers(_database, new NoServices(), _silos, _clock);
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(40, 1_000)]
    [InlineData(200, 4_000)]
    [InlineData(2_900, 58_000)]
    [InlineData(9_000, 60_000)]
    public async Task The_longer_a_count_takes_the_later_the_next_one_begins(int takesMs, int nextAfterMs)
    {
        _database.Takes = TimeSpan.FromMilliseconds(takesMs);
        await _numbers.ReadAsync();

        _clock.Advance(TimeSpan.FromMilliseconds(nextAfterMs) - _database.Takes - Moment);
        await _numbers.ReadAsync();
        Assert.Equal(1, _database.Counts);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await _numbers.ReadAsync();
        Assert.Equal(2, _database.Counts);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    [InlineData(3_000)]
    public async Task However_long_a_count_takes_counting_takes_a_twentieth_of_the_time_and_silos_are_told_of_every_second(int takesMs)
    {
        _database.Takes = TimeSpan.FromMilliseconds(takesMs);
        var began = _clock.GetTimestamp();
        var rounds = 0;
        while (_clock.GetElapsedTime(began) < TimeSpan.FromMinutes(10))
        {
            await _numbers.ReadAsync();
            rounds++;
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        // The first one begins at once.
        var counting = (_database.Counts - 1) * _database.Takes;
        Assert.InRange(counting / _clock.GetElapsedTime(began), 0, 0.05);
        Assert.Equal(rounds, _silos.TimesAsked);
    }

    [Fact]
    public async Task A_count_that_failed_is_told_and_tried_again_after_as_long_a_time_as_it_took()
    {
        _database.Takes = TimeSpan.FromSeconds(3);
        _database.IsAvailable = false;
        await Assert.ThrowsAsync<CallStoreUnavailableException>(_numbers.ReadAsync);
        _database.IsAvailable = true;

        _clock.Advance(_database.Takes - Moment);
        await Assert.ThrowsAsync<CallStoreUnavailableException>(_numbers.ReadAsync);
        Assert.Equal(1, _database.Counts);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await _numbers.ReadAsync();
        Assert.Equal(2, _database.Counts);
    }

    /// <summary>A database that takes as long for a count as is set, by the clock.</summary>
    private sealed class Database(FakeTimeProvider clock) : IMonitorReader
    {
        public TimeSpan Takes { get; set; }

        public bool IsAvailable { get; set; } = true;

        public int Counts { get; private set; }

        public Task<CallStatistics> ReadStatisticsAsync(CancellationToken cancellationToken)
        {
            Counts++;
            clock.Advance(Takes);
            return IsAvailable
                ? Task.FromResult(new CallStatistics(
                    clock.GetUtcNow(), new OpenCallCount(0, 0, 0, 0), new Dictionary<EndReason, int>(), new AnswerTime(null, null), []))
                : Task.FromException<CallStatistics>(new CallStoreUnavailableException("The database cannot be reached."));
        }

        public Task<IReadOnlyList<MonitoredCall>> ReadOpenAsync(CallSample sample, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<MonitoredCall>> ReadAsync(IReadOnlyList<string> callIds, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<MonitoredCallPage> ListOpenAsync(OpenCallQuery query, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class OneSilo : ISilos
    {
        public int TimesAsked { get; private set; }

        public IReadOnlyDictionary<SiloAddress, SiloStatus> List() =>
            new Dictionary<SiloAddress, SiloStatus> { [MonitoredCallsOf.North] = SiloStatus.Active };

        public Task<IReadOnlyDictionary<SiloAddress, TAnswer>> AskAsync<TAnswer>(
            IEnumerable<SiloAddress> silos, Func<SiloAddress, Task<TAnswer>> ask)
        {
            TimesAsked++;
            return Task.FromResult<IReadOnlyDictionary<SiloAddress, TAnswer>>(new Dictionary<SiloAddress, TAnswer>());
        }
    }

    private sealed class NoServices : IMonitorServiceClient
    {
        public IMonitorService At(SiloAddress silo) => throw new NotSupportedException();
    }
}
