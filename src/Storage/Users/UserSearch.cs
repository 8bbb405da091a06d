namespace Fayo.Calls.Storage.Users;

/// <summary>The statements that find users. The folding of names and the words that are found are functions of the database.</summary>
internal static class UserSearch
{
    /// <summary>A page of all users. Parameters: how many to pass over, how many at most.</summary>
    public const string AllSql = """
        SELECT id, first_name, last_name, role
        FROM (SELECT user_id, sort_key FROM user_search ORDER BY sort_key, user_id OFFSET $1 LIMIT $2) AS page
        CROSS JOIN LATERAL (SELECT id, first_name, last_name, role FROM users WHERE id = user_id LIMIT 1) AS listed
        ORDER BY sort_key, user_id
        """;

    /// <summary>
    /// A page of the users of whom every typed word begins a word. Parameters: how many to pass over, how many at most, what was
    /// typed.
    /// </summary>
    /// <remarks>
    /// What many users have is found by walking through the users in order, until the page is full. If it is not full after the
    /// first 15,000, it is something that few have, and is found by its index. Then the last names are left out of that index,
    /// because so many people may share one: who has a last name that begins with a word stands together in the order.
    /// </remarks>
    public const string FindSql = """
        WITH
            asked AS MATERIALIZED (SELECT user_search_query($3) AS query),
            walked AS MATERIALIZED (
                SELECT user_id, sort_key
                FROM (
                    SELECT user_id, sort_key, words FROM user_search ORDER BY sort_key, user_id LIMIT 15000 + 10 * $1
                ) AS first
                WHERE words @@ (SELECT query FROM asked)
                LIMIT $1 + $2
            ),
            by_last_name AS (
                SELECT named.user_id, named.sort_key
                FROM unnest(user_search_beginnings($3)) AS typed (word),
                LATERAL (
                    SELECT user_id, sort_key FROM user_search
                    WHERE sort_key >= word AND sort_key < word || chr(1114111) AND words @@ (SELECT query FROM asked)
                    ORDER BY sort_key, user_id LIMIT $1 + $2
                ) AS named
                WHERE (SELECT count(*) FROM walked) < $1 + $2
            ),
            by_other_word AS MATERIALIZED (
                SELECT user_id, sort_key FROM user_search
                WHERE other_words @@ (SELECT query FROM asked) AND (SELECT count(*) FROM walked) < $1 + $2
            ),
            found AS (
                SELECT user_id, sort_key FROM walked
                UNION SELECT user_id, sort_key FROM by_last_name
                UNION SELECT user_id, sort_key
                FROM (SELECT user_id, sort_key FROM by_other_word ORDER BY sort_key, user_id LIMIT $1 + $2) AS first
            )
        SELECT id, first_name, last_name, role
        FROM (SELECT user_id, sort_key FROM found ORDER BY sort_key, user_id OFFSET $1 LIMIT $2) AS page
        CROSS JOIN LATERAL (SELECT id, first_name, last_name, role FROM users WHERE id = user_id LIMIT 1) AS listed
        ORDER BY sort_key, user_id
        """;

    /// <summary>
    /// Makes users findable who were on record before there was a search, and makes the rows anew of which the rules have changed since.
    /// Parameters: after which id, how many users at most. Returns the last id that it read, null at the end, and how many rows it wrote.
    /// </summary>
    /// <remarks>
    /// Waits for no row: one that is locked is being written by the same rules. A row that was written since the statement began has the
    /// version of the new rules, and is left as it is.
    /// </remarks>
    public const string FillSql = """
        WITH
            batch AS MATERIALIZED (
                SELECT id, first_name, last_name FROM users
                WHERE id > $1 AND last_seen_at IS NOT NULL
                ORDER BY id LIMIT $2
            ),
            added AS (
                INSERT INTO user_search (user_id, sort_key, words, other_words)
                SELECT id, made.*
                FROM batch, LATERAL user_search_row(id, first_name, last_name) AS made
                WHERE NOT EXISTS (SELECT FROM user_search WHERE user_id = id)
                ON CONFLICT (user_id) DO NOTHING
                RETURNING user_id
            ),
            outdated AS MATERIALIZED (
                SELECT id, first_name, last_name
                FROM batch JOIN user_search ON user_id = id
                WHERE rules_version < 2 AND user_search_is_changed(id, first_name, last_name)
                FOR NO KEY UPDATE OF user_search SKIP LOCKED
            ),
            renewed AS (
                UPDATE user_search
                SET sort_key = made.sort_key, words = made.words, other_words = made.other_words, rules_version = 2
                FROM outdated, LATERAL user_search_row(id, first_name, last_name) AS made
                WHERE user_id = id
                RETURNING user_id
            )
        SELECT (SELECT max(id) FROM batch), (SELECT count(*)::integer FROM added) + (SELECT count(*)::integer FROM renewed)
        """;
}
