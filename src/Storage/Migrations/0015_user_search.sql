-- By what users are found and in which order they are listed. A table of its own: it changes only when a name does, whereas
-- "users" is written every day, and reading many rows from an index alone needs a table that rests. Uses nothing but what every
-- PostgreSQL brings: no extension, and so no right to create one.
--
-- A trigger writes it, so that it also holds what a silo of the release before writes. Users who were there before are added in
-- batches, by the silos.

DO $$
BEGIN
    IF getdatabaseencoding() <> 'UTF8' THEN
        RAISE 'The database''s encoding is %, and names need UTF8', getdatabaseencoding();
    END IF;
END
$$;

CREATE TABLE user_search
(
    user_id text COLLATE "C" PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- The last name, then the first; the id of a user without a name. Folded, which is the order of the Unicode Collation Algorithm
    -- at its first level, and does not change with a library of the database's machine as the order of a collation does.
    sort_key text COLLATE "C" NOT NULL,
    -- All words by which the user is found, and those that are not another way to write the word that begins sort_key.
    words tsvector NOT NULL,
    other_words tsvector NOT NULL
);

-- What different ways of typing the same have in common, in lower case. Left out are marks, and characters without a width.
DO $body$
BEGIN
    EXECUTE format($sql$
        CREATE FUNCTION user_search_fold(typed text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN replace(replace(replace(replace(translate(
            lower(regexp_replace(
                -- An accent that stands by itself is typed for an apostrophe.
                normalize(translate(typed, '´`', ''''''), NFKD),
                '[\u00ad\u00b7\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a\u0640'
                '\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08d3-\u08ff\u093c'
                '\u09bc\u0a3c\u0abc\u0b3c\u180b-\u180e\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u2064'
                '\u20d0-\u20ff\u3099-\u309a\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+',
                '', 'g') COLLATE %s),
            'ıøłđðħŧςىیکةךםןףץ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹',
            'iolddhtσييكهכמנפצ01234567890123456789'),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
        $sql$,
        -- Knows the lower case of all letters. A PostgreSQL that was built without ICU has only what its locale knows.
        CASE WHEN EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu') THEN '"und-x-icu"' ELSE '"default"' END);
END
$body$;

-- The words of a text, without what only separates them: white space, and the punctuation of names and telephone numbers.
-- Any other character is part of its word.
CREATE FUNCTION user_search_split(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array_remove(regexp_split_to_array(folded,
    '[\u0001-\u0020"''()+,./:;\u002d\u007f-\u00a0\u00ab\u00bb\u02b9-\u02bf\u05be\u05f3\u05f4\u060c\u2010-\u2029\u202f-\u205f'
    '\u3000-\u3003\u3008-\u3011\u30fb]+'), '');

-- Undoes how umlauts are written with two letters.
CREATE FUNCTION user_search_plain(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(replace(replace(replace(word, 'ae', 'a'), 'oe', 'o'), 'ue', 'u'), 'aa', 'a');

-- The row of a user. A word longer than any name is cut, and beyond a number of bytes that an index can hold words are left out.
CREATE FUNCTION user_search_row(
    id text, first_name text, last_name text, OUT sort_key text, OUT words tsvector, OUT other_words tsvector)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    named text[] := user_search_split(user_search_fold(concat_ws(' ', last_name, first_name)));
    sorted text[] := CASE WHEN named = '{}' THEN user_search_split(user_search_fold(id)) ELSE named END;
    part text;
    folded text;
    typed text;
    found text[] := named;
BEGIN
    FOREACH part IN ARRAY array_remove(ARRAY[last_name, first_name, id], NULL) LOOP
        folded := user_search_fold(part);
        IF folded ~ '^[0-9 ()+./-]+$' THEN
            -- A telephone number, without its punctuation.
            found := found || regexp_replace(folded, '[^0-9]', '', 'g');
        ELSIF folded ~ '[^a-z0-9]' THEN
            -- O'Brien and Anne-Marie are typed as one word too.
            FOREACH typed IN ARRAY regexp_split_to_array(folded, ' +') LOOP
                found := found || array_to_string(user_search_split(typed), '');
            END LOOP;
            -- The parts of an id such as mira_demir@example.org.
            found := found || regexp_split_to_array(folded, '[\u0001-/:-@\u005b-`{-\u00a0]+');
        END IF;
        found := found || user_search_split(folded);
        part := normalize(part, NFKC);
        IF part ~ '[äöüøåÄÖÜØÅ]' THEN
            -- Müller is also written Mueller, Søren Soeren and Åse Aase.
            part := translate(part, 'ÄÖÜØÅ', 'äöüøå');
            part := replace(replace(replace(replace(replace(part, 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ø', 'oe'), 'å', 'aa');
            found := found || user_search_split(user_search_fold(part));
        END IF;
        IF folded ~ '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]' THEN
            -- Words are written without a space between them, and each may begin anywhere.
            found := found || ARRAY(SELECT right(folded, length) FROM generate_series(1, least(length(folded), 20)) AS length);
        END IF;
    END LOOP;

    sort_key := left(array_to_string(sorted, ' '), 120);
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT word), '{}'))
    INTO words
    FROM (
        SELECT word, sum(octet_length(word) + 4) OVER (ORDER BY place) AS bytes
        FROM (SELECT left(word, 64) AS word, min(place) AS place FROM unnest(found) WITH ORDINALITY AS each (word, place) GROUP BY 1) AS cut
        WHERE word <> ''
    ) AS counted
    WHERE bytes <= 1200;
    other_words := ts_delete(words, ARRAY(
        SELECT word FROM unnest(tsvector_to_array(words)) AS word WHERE left(sorted[1], 64) IN (word, user_search_plain(word))));
END
$$;

-- The words that were typed, each of which has to begin one of a user's words.
CREATE FUNCTION user_search_typed(typed text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT array_agg(DISTINCT left(word, 64)) FROM unnest(user_search_split(user_search_fold(typed))) AS word);

-- A telephone number that was typed, as one word, whether it began with + or 00; null for any other text.
CREATE FUNCTION user_search_number(typed text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN user_search_fold(typed) ~ '^[ ()+./-]*[0-9][0-9 ()+./-]+$'
    THEN left(regexp_replace(regexp_replace(user_search_fold(typed), '[^0-9]', '', 'g'), '^00', ''), 64) END;

-- With what the sort_key of a user begins whose last name is one of the words that were typed.
CREATE FUNCTION user_search_beginnings(typed text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT array_agg(DISTINCT beginning)
    FROM unnest(user_search_typed(typed) || user_search_number(typed)) AS word,
        LATERAL (VALUES (word), (user_search_plain(word))) AS either (beginning)
    WHERE beginning <> '');

CREATE FUNCTION user_search_begins(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN concat('''', replace(word, '\', '\\'), ''':*');

-- Null, which finds nobody, where nothing but punctuation was typed.
CREATE FUNCTION user_search_query(typed text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN nullif(concat_ws(
    ' | ',
    (SELECT string_agg(user_search_begins(word), ' & ') FROM unnest(user_search_typed(typed)) AS word),
    user_search_begins(nullif(user_search_number(typed), ''))), '')::tsquery;

-- Runs with the rights of the tables' owner, because the role of the service need not be able to write this table.
CREATE FUNCTION user_search_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO user_search (user_id, sort_key, words, other_words)
    SELECT NEW.id, made.* FROM user_search_row(NEW.id, NEW.first_name, NEW.last_name) AS made
    ON CONFLICT (user_id) DO UPDATE SET sort_key = excluded.sort_key, words = excluded.words, other_words = excluded.other_words;
    RETURN NULL;
END
$$;

-- Who was only called, which a silo of an old release put on record, is not found until seen.
CREATE TRIGGER user_search_insert AFTER INSERT ON users FOR EACH ROW
    WHEN (NEW.last_seen_at IS NOT NULL) EXECUTE FUNCTION user_search_write();

CREATE TRIGGER user_search_update AFTER UPDATE ON users FOR EACH ROW
    WHEN (NEW.last_seen_at IS NOT NULL AND (OLD.last_seen_at IS NULL
        OR (NEW.first_name, NEW.last_name) IS DISTINCT FROM (OLD.first_name, OLD.last_name)))
    EXECUTE FUNCTION user_search_write();
