using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Users;

/// <inheritdoc cref="IUserReader"/>
internal sealed class UserReader(NpgsqlDataSource database, DatabaseShares shares) : IUserReader
{
    private const string RoleSql = "SELECT role FROM users WHERE id = $1";

    // A user who was recorded in the last day is not written again only to record another visit.
    private const string KnownSql =
        "SELECT id, first_name, last_name, role, coalesce(last_seen_at > now() - interval '1 day', false) FROM users WHERE id = ANY ($1)";

    // In a fixed order, so that two silos that write the same users cannot deadlock.
    private const string WriteSql = """
        INSERT INTO users (id, first_name, last_name, role, label, last_seen_at)
        SELECT *, now() FROM unnest($1, $2, $3, $4, $5) AS news (id, first_name, last_name, role, label) ORDER BY id
        ON CONFLICT (id) DO UPDATE SET
            first_name = excluded.first_name, last_name = excluded.last_name, role = excluded.role, label = excluded.label,
            last_seen_at = excluded.last_seen_at
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<UserProfile>> ListAsync(string? search, int skip, int limit, CancellationToken cancellationToken) =>
        shares.Lists.QueryAsync<IReadOnlyList<UserProfile>>(
            search is null ? UserSearch.AllSql : UserSearch.FindSql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<int> { TypedValue = skip });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
                if (search is not null)
                {
                    parameters.Add(new NpgsqlParameter<string> { TypedValue = search });
                }
            },
            async rows => await ReadAsync(rows, cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public Task<string?> ReadRoleAsync(string userId, CancellationToken cancellationToken) =>
        database.QueryAsync(
            RoleSql,
            parameters => parameters.Add(new NpgsqlParameter<string> { TypedValue = userId }),
            async rows => await rows.ReadAsync(CancellationToken.None) ? ReadText(rows, 0) : null,
            cancellationToken);

    /// <inheritdoc/>
    public async Task NoteAsync(IReadOnlyCollection<UserProfile> users, CancellationToken cancellationToken)
    {
        var ids = users.Select(user => user.Id).ToArray();
        var known = await database.QueryAsync(
            KnownSql,
            parameters => parameters.Add(new NpgsqlParameter<string[]> { TypedValue = ids }),
            async rows =>
            {
                var found = new Dictionary<string, Known>(StringComparer.Ordinal);
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    found.Add(rows.GetString(0), new Known(ReadProfile(rows), rows.GetBoolean(4)));
                }

                return found;
            },
            cancellationToken);
        var news = users.Select(user => Merge(known.GetValueOrDefault(user.Id), user)).OfType<UserProfile>().ToArray();
        if (news.Length > 0)
        {
            await WriteAsync(news, cancellationToken);
        }
    }

    /// <summary>By which silos of the release before list and find users.</summary>
    private static string LabelOf(UserProfile user) =>
        string.Join(' ', new[] { user.LastName, user.FirstName, user.LastName, user.Id }.Where(part => part is not null))
            .ToLowerInvariant();

    /// <summary>The user with what is new about them; null where nothing is.</summary>
    private static UserProfile? Merge(Known? known, UserProfile seen)
    {
        var before = known?.Profile;
        var merged = new UserProfile(
            seen.Id, seen.FirstName ?? before?.FirstName, seen.LastName ?? before?.LastName, seen.Role ?? before?.Role);
        return known is { IsFresh: true } && merged == before ? null : merged;
    }

    private Task<int> WriteAsync(UserProfile[] users, CancellationToken cancellationToken) =>
        database.QueryAsync(
            WriteSql,
            parameters =>
            {
                parameters.Add(Each(user => user.Id));
                parameters.Add(Each(user => user.FirstName));
                parameters.Add(Each(user => user.LastName));
                parameters.Add(Each(user => user.Role));
                parameters.Add(Each(LabelOf));
                NpgsqlParameter<string?[]> Each(Converter<UserProfile, string?> read) =>
                    new() { TypedValue = Array.ConvertAll(users, read) };
            },
            rows => Task.FromResult(rows.RecordsAffected),
            cancellationToken);

    private static async Task<List<UserProfile>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var users = new List<UserProfile>();
        while (await rows.ReadAsync(CancellationToken.None))
        {
            users.Add(ReadProfile(rows));
        }

        return users;
    }

    private static UserProfile ReadProfile(NpgsqlDataReader rows) =>
        new(rows.GetString(0), ReadText(rows, 1), ReadText(rows, 2), ReadText(rows, 3));

    private static string? ReadText(NpgsqlDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    /// <summary>A user on record.</summary>
    /// <param name="Profile">Who it is.</param>
    /// <param name="IsFresh">Whether the user was noted in the last day.</param>
    private sealed record Known(UserProfile Profile, bool IsFresh);
}
