using Fayo.Calls.Gateway.Pages;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Pages;

/// <summary>What is asked of the database for the assets of other releases, whatever names people ask for.</summary>
public sealed class OtherReleasesTests
{
    private const string Script = "Shell-2OctUB0F.js";

    private readonly FakeTimeProvider _time = new();
    private readonly CountingAssets _kept = new();
    private readonly OtherReleases _releases;

    public OtherReleasesTests() => _releases = new OtherReleases(_kept, _time);

    [Fact]
    public async Task An_asset_that_was_written_a_moment_ago_is_found_by_all_who_wait_and_read_once()
    {
        Assert.Null(await FindAsync("Shell-00000000.js"));
        _kept.Names.Add(Script);
        Task<PageAsset?>[] asked = [.. Enumerable.Range(0, 50).Select(_ => FindAsync(Script))];
        await AdvanceUntilAsync(Task.WhenAll(asked));

        Assert.All(await Task.WhenAll(asked), Assert.NotNull);
        Assert.Equal((2, 1), (_kept.Lists, _kept.Reads));
    }

    [Fact]
    public async Task Unknown_names_cost_one_look_a_second_for_all_who_ask()
    {
        Assert.Null(await FindAsync("Shell-00000000.js"));
        Task<PageAsset?>[] asked = [.. Enumerable.Range(0, 900).Select(i => FindAsync($"Shell-{i:00000000}.js"))];
        Assert.All(asked, each => Assert.False(each.IsCompleted));
        await AdvanceUntilAsync(Task.WhenAll(asked));

        Assert.All(await Task.WhenAll(asked), Assert.Null);
        Assert.Equal((2, 0), (_kept.Lists, _kept.Reads));
    }

    [Fact]
    public async Task Where_more_wait_than_anybody_needs_the_others_are_told_at_once_that_there_is_none()
    {
        Assert.Null(await FindAsync("Shell-00000000.js"));
        Task<PageAsset?>[] asked = [.. Enumerable.Range(0, 1200).Select(i => FindAsync($"Shell-{i:00000000}.js"))];

        Assert.Equal(200, asked.Count(each => each.IsCompleted));
        await AdvanceUntilAsync(Task.WhenAll(asked));
        _kept.Names.Add(Script);
        var found = FindAsync(Script);
        await AdvanceUntilAsync(found);
        Assert.NotNull(await found);
    }

    [Fact]
    public async Task What_was_read_stays_for_five_minutes()
    {
        _kept.Names.Add(Script);
        await FindAsync(Script);
        _time.Advance(TimeSpan.FromMinutes(4));
        await FindAsync(Script);
        Assert.Equal(1, _kept.Reads);
        _time.Advance(TimeSpan.FromMinutes(1));
        await FindAsync(Script);

        Assert.Equal((1, 2), (_kept.Lists, _kept.Reads));
    }

    [Fact]
    public async Task No_more_stays_in_memory_than_eight_megabytes()
    {
        _kept.Bytes = 3 * 1024 * 1024;
        string[] names = ["Shell-00000001.js", "Shell-00000002.js", "Shell-00000003.js"];
        _kept.Names.UnionWith(names);
        foreach (var name in names)
        {
            await FindAsync(name);
        }

        await FindAsync(names[2]);
        Assert.Equal(4, _kept.Reads);
    }

    [Fact]
    public async Task A_database_that_is_away_is_an_error_and_is_asked_again()
    {
        _kept.Names.Add(Script);
        _kept.IsAway = true;
        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => FindAsync(Script));
        _kept.IsAway = false;
        var found = FindAsync(Script);
        await AdvanceUntilAsync(found);
        Assert.NotNull(await found);

        _kept.IsAway = true;
        _time.Advance(TimeSpan.FromMinutes(5));
        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => FindAsync(Script));
        _kept.IsAway = false;
        Assert.NotNull(await FindAsync(Script));
    }

    private Task<PageAsset?> FindAsync(string name) => _releases.FindAsync(name, TestContext.Current.CancellationToken);

    /// <summary>Lets time go on until something is done: the wait for the next look begins on another thread.</summary>
    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    private sealed class CountingAssets : IPageAssets
    {
        private int _lists;
        private int _reads;

        public HashSet<string> Names { get; } = [];

        public int Bytes { get; set; } = 1;

        public bool IsAway { get; set; }

        public int Lists => _lists;

        public int Reads => _reads;

        public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _lists);
            return IsAway ? throw new CallStoreUnavailableException() : Task.FromResult<IReadOnlyList<string>>([.. Names]);
        }

        public Task<PageAsset?> FindAsync(string name, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return IsAway
                ? throw new CallStoreUnavailableException()
                : Task.FromResult<PageAsset?>(new PageAsset("", false, new byte[Bytes]));
        }

        public Task<IReadOnlyList<string>> NoteUsedAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task AddAsync(string name, PageAsset asset, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
