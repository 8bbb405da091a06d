using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Pages;

/// <inheritdoc cref="IPageAssets"/>
internal sealed class PageAssets(DatabaseShares shares) : IPageAssets
{
    // In a fixed order, so that two silos that start at once cannot deadlock. Silos that restart often write nothing.
    private const string NoteUsedSql = """
        WITH locked AS (
            SELECT name FROM page_assets WHERE name = ANY ($1) AND last_seen_at < now() - interval '1 hour'
            ORDER BY name FOR NO KEY UPDATE
        ),
        seen AS (UPDATE page_assets SET last_seen_at = now() FROM locked WHERE page_assets.name = locked.name)
        SELECT name FROM page_assets WHERE name = ANY ($1)
        """;

    private const string AddSql = """
        WITH sizes AS (
            SELECT name, sum(octet_length(content)) OVER (ORDER BY last_seen_at DESC, name) AS total FROM page_assets
        ),
        gone AS (
            DELETE FROM page_assets WHERE name = ANY (ARRAY (SELECT name FROM sizes WHERE total > $5 - octet_length($4))) AND name <> $1
        )
        INSERT INTO page_assets (name, content_type, is_compressed, content) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO NOTHING
        """;

    private const string ListSql = "SELECT name FROM page_assets";

    private const string FindSql = "SELECT content_type, is_compressed, content FROM page_assets WHERE name = $1";

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> NoteUsedAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        ReadNamesAsync(
            NoteUsedSql, parameters => parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names] }), cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(string name, PageAsset asset, CancellationToken cancellationToken) => shares.Lists.QueryAsync(
        AddSql,
        parameters =>
        {
            parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
            parameters.Add(new NpgsqlParameter<string> { TypedValue = asset.ContentType });
            parameters.Add(new NpgsqlParameter<bool> { TypedValue = asset.IsCompressed });
            parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = asset.Content });
            parameters.Add(new NpgsqlParameter<int> { TypedValue = IPageAssets.MaxBytes });
        },
        rows => Task.FromResult(rows.RecordsAffected),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        ReadNamesAsync(ListSql, _ => { }, cancellationToken);

    /// <inheritdoc/>
    public Task<PageAsset?> FindAsync(string name, CancellationToken cancellationToken) => shares.Lists.QueryAsync(
        FindSql,
        parameters => parameters.Add(new NpgsqlParameter<string> { TypedValue = name }),
        async rows => await rows.ReadAsync(CancellationToken.None)
            ? new PageAsset(rows.GetString(0), rows.GetBoolean(1), await rows.GetFieldValueAsync<byte[]>(2, CancellationToken.None))
            : null,
        cancellationToken);

    private Task<IReadOnlyList<string>> ReadNamesAsync(
        string sql, Action<NpgsqlParameterCollection> bind, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync<IReadOnlyList<string>>(
            sql,
            bind,
            async rows =>
            {
                var names = new List<string>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    names.Add(rows.GetString(0));
                }

                return names;
            },
            cancellationToken);
}
