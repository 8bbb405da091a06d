-- A telephone number that is on record with 00 is found however it is typed, and a Chinese, Japanese or Korean name also without a space
-- between its parts.
--
-- A silo of the release before goes on as it was: it writes and fills rows by these functions too. Rows that are there already are
-- filled anew in batches, by the silos of this release.

-- By which rules a row was made: 1 by those of migration 15, 2 by these. A constant default writes no row.
ALTER TABLE user_search ADD COLUMN rules_version smallint NOT NULL DEFAULT 1;
ALTER TABLE user_search ALTER COLUMN rules_version SET DEFAULT 2;

-- Whether a folded text is of Chinese characters, kana or Hangul alone: names of these are written without a space between their parts.
CREATE FUNCTION user_search_is_joinable(folded text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN folded ~ '^[\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+$';

-- The row of a user. A word longer than any name is cut, and beyond a number of bytes that an index can hold words are left out.
CREATE OR REPLACE FUNCTION user_search_row(
    id text, first_name text, last_name text, OUT sort_key text, OUT words tsvector, OUT other_words tsvector)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    named text[] := user_search_split(user_search_fold(concat_ws(' ', last_name, first_name)));
    sorted text[] := CASE WHEN named = '{}' THEN user_search_split(user_search_fold(id)) ELSE named END;
    part text;
    folded text;
    typed text;
    found text[] := named;
    family text := array_to_string(user_search_split(user_search_fold(last_name)), '');
    given text := array_to_string(user_search_split(user_search_fold(first_name)), '');
    joined text;
BEGIN
    FOREACH part IN ARRAY array_remove(ARRAY[last_name, first_name, id], NULL) LOOP
        folded := user_search_fold(part);
        IF folded ~ '^[0-9 ()+./-]+$' THEN
            -- A telephone number, without its punctuation.
            found := found || regexp_replace(folded, '[^0-9]', '', 'g');
            -- And as it is searched for: without the 00 that it may begin with instead of +.
            found := found || user_search_number(part);
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
    IF user_search_is_joinable(family) AND user_search_is_joinable(given) THEN
        found := found || ARRAY[family || given, given || family];
        -- Two words of sort_key, by which user_search_beginnings finds it. Among other_words it would have a frequent last name find many.
        joined := CASE WHEN cardinality(named) = 2 THEN left(family || given, 64) END;
    END IF;

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
        SELECT word FROM unnest(tsvector_to_array(words)) AS word
        WHERE left(sorted[1], 64) IN (word, user_search_plain(word)) OR word = joined));
END
$$;

-- With what the sort_key of a user begins whose last name is one of the words that were typed, or was typed without a space
-- before the first name: then the last name may end at each place of the word.
CREATE OR REPLACE FUNCTION user_search_beginnings(typed text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT array_agg(DISTINCT beginning)
    FROM unnest(user_search_typed(typed) || user_search_number(typed)) AS word,
        LATERAL (
            VALUES (word), (user_search_plain(word))
            UNION ALL
            SELECT concat(left(word, place), ' ', substr(word, place + 1)) FROM generate_series(1, length(word) - 1) AS place
            WHERE user_search_is_joinable(word)
        ) AS either (beginning)
    WHERE beginning <> '');

-- Runs with the rights of the tables' owner, because the role of the service need not be able to write this table.
CREATE OR REPLACE FUNCTION user_search_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO user_search (user_id, sort_key, words, other_words)
    SELECT NEW.id, made.* FROM user_search_row(NEW.id, NEW.first_name, NEW.last_name) AS made
    ON CONFLICT (user_id) DO UPDATE SET
        sort_key = excluded.sort_key, words = excluded.words, other_words = excluded.other_words,
        rules_version = excluded.rules_version;
    RETURN NULL;
END
$$;

-- Whether the rules of version 2 may make another row of a user than those of version 1. Rows of others stay as they are: most do.
CREATE FUNCTION user_search_is_changed(id text, first_name text, last_name text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN concat_ws(' ', id, first_name, last_name) ~ '[0\u0660\u06f0\uff10][ ()+./-]*[0\u0660\u06f0\uff10]'
    OR (last_name ~ '[\u1100-\U0003ffff]' AND first_name ~ '[\u1100-\U0003ffff]');
