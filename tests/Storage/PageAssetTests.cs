using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Silos keep the assets of their pages for the silos of other releases.</summary>
public sealed class PageAssetTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private const string Script = "Shell-2OctUB0F.js";
    private const string Style = "me-B0hyD4E2.css";

    private Silo _silo = null!;

    private IPageAssets Assets => _silo.PageAssets;

    public async ValueTask InitializeAsync()
    {
        await database.EmptyAsync();
        _silo = new Silo(database.Settings);
    }

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task An_asset_is_read_as_it_was_written()
    {
        byte[] content = [0x1f, 0x8b, 0, 255];
        Assert.Empty(await NoteUsedAsync(Script, Style));
        await AddAsync(Script, content, isCompressed: true);
        await AddAsync(Style, [1]);

        var script = await FindAsync(Script);
        Assert.Equal(("text/javascript", true), (script!.ContentType, script.IsCompressed));
        Assert.Equal(content, script.Content);
        Assert.False((await FindAsync(Style))!.IsCompressed);
        Assert.Null(await FindAsync("Shell-00000000.js"));
        Assert.Equal([Script, Style], (await Assets.ListAsync(CancellationToken.None)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Silos_that_write_the_same_asset_at_once_keep_the_first_one()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AddAsync(Script, [(byte)i])));
        var first = (await FindAsync(Script))!.Content;
        await AddAsync(Script, [99]);

        Assert.Equal(first, (await FindAsync(Script))!.Content);
    }

    [Fact]
    public async Task What_is_kept_already_is_told_and_noted_as_in_use_at_most_once_an_hour()
    {
        await AddAsync(Script, [1]);
        await database.ExecuteAsync("UPDATE page_assets SET last_seen_at = now() - interval '59 minutes'");
        Assert.Equal([Script], await NoteUsedAsync(Script, Style));
        Assert.Equal(59, await AgeInMinutesAsync());
        await database.ExecuteAsync("UPDATE page_assets SET last_seen_at = now() - interval '61 minutes'");
        Assert.Equal([Script], await NoteUsedAsync(Script, Style));
        Assert.Equal(0, await AgeInMinutesAsync());
    }

    [Fact]
    public async Task Those_that_no_silo_had_since_a_time_are_deleted()
    {
        await AddAsync(Script, [1]);
        await AddAsync(Style, [2]);
        await database.ExecuteAsync($"UPDATE page_assets SET last_seen_at = now() - interval '31 days' WHERE name = '{Script}'");
        var before = DateTimeOffset.UtcNow.AddDays(-30);

        Assert.Equal(1, await _silo.Retention.DeletePageAssetsAsync(before, CancellationToken.None));
        Assert.Equal([Style], await Assets.ListAsync(CancellationToken.None));
        Assert.Equal(0, await _silo.Retention.DeletePageAssetsAsync(before, CancellationToken.None));
    }

    [Fact]
    public async Task Where_there_are_too_many_bytes_those_go_that_were_in_use_longest_ago()
    {
        await database.ExecuteAsync(
            """
            INSERT INTO page_assets (name, content_type, is_compressed, content, last_seen_at)
            SELECT
                'old-0000000' || i || '.js', 'text/javascript', false, decode(repeat('00', 16 * 1024 * 1024), 'hex'),
                now() - i * interval '1 day'
            FROM generate_series(1, 4) AS i
            """);
        Assert.Equal(4, (await Assets.ListAsync(CancellationToken.None)).Count);
        await AddAsync(Script, [1]);

        Assert.Equal(
            ["Shell-2OctUB0F.js", "old-00000001.js", "old-00000002.js", "old-00000003.js"],
            (await Assets.ListAsync(CancellationToken.None)).Order(StringComparer.Ordinal));
    }

    private Task<long> AgeInMinutesAsync() =>
        database.ReadAsync<long>("SELECT floor(extract(epoch FROM now() - last_seen_at) / 60)::bigint FROM page_assets");

    private Task<IReadOnlyList<string>> NoteUsedAsync(params string[] names) => Assets.NoteUsedAsync(names, CancellationToken.None);

    private Task<PageAsset?> FindAsync(string name) => Assets.FindAsync(name, CancellationToken.None);

    private Task AddAsync(string name, byte[] content, bool isCompressed = false) =>
        Assets.AddAsync(name, new PageAsset("text/javascript", isCompressed, content), CancellationToken.None);
}
